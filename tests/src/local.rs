//! The local stack's own paths: inbox, faults and the log of AWS calls.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{http::Http, ready::Ready, wait};

/// The stack's own paths.
#[derive(Clone, Debug)]
pub struct Local {
    http: Http,
    base: String,
    inbox: String,
}

/// One call that reached the gateway.
#[derive(Clone, Debug)]
pub struct Call(pub Value);

impl Call {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    /// Service, e.g. `dynamodb`.
    pub fn service(&self) -> &str {
        self.text("service")
    }

    /// Operation, e.g. `GetItem`.
    pub fn operation(&self) -> &str {
        self.text("operation")
    }

    /// Who called, in the log's words.
    pub fn caller(&self) -> String {
        self.0["caller"].to_string()
    }

    /// Service, operation, caller's function and status: what must be alike for known and unknown users.
    pub fn kind(&self) -> String {
        format!(
            "{}:{} {}",
            self.service(),
            self.operation(),
            self.0["status"]
        )
    }
}

impl Local {
    /// Paths of a running stack.
    pub fn new(ready: &Ready, http: &Http) -> Self {
        Self {
            http: http.clone(),
            base: ready.local.clone(),
            inbox: ready.inbox.clone(),
        }
    }

    /// The stack's own paths, which only the local stack has.
    fn base(&self) -> &str {
        assert!(
            !self.base.is_empty(),
            "this needs the local stack: `portable.txt` must not list the test"
        );
        &self.base
    }

    /// Mails to `address`, newest first.
    pub async fn mails(&self, address: &str) -> Vec<Value> {
        let reply = self
            .http
            .get(&format!(
                "{}?to={}",
                self.inbox,
                address.replace('+', "%2B")
            ))
            .await;
        reply
            .json()
            .as_array()
            .expect("the inbox is a list")
            .clone()
    }

    /// Code of the newest mail to `address` of this purpose, once there are `count` of them.
    pub async fn code(&self, address: &str, purpose: &str, count: usize) -> String {
        let what = format!("mail number {count} of purpose {purpose}");
        wait::until(&what, Duration::from_secs(10), async || {
            let mails = self.mails(address).await;
            let mails: Vec<_> = mails
                .iter()
                .filter(|mail| mail["purpose"] == purpose)
                .collect();
            (mails.len() >= count).then(|| {
                mails[0]["code"]
                    .as_str()
                    .expect("a mail has its code")
                    .to_owned()
            })
        })
        .await
    }

    /// All calls so far, oldest first.
    pub async fn calls(&self) -> Vec<Call> {
        let reply = self
            .http
            .get(&format!("{}/calls", self.base()))
            .await
            .json();
        let list = reply
            .as_array()
            .or(reply["calls"].as_array())
            .expect("calls is a list")
            .clone();
        list.into_iter().map(Call).collect()
    }

    /// Calls since there were `before` of them.
    pub async fn calls_since(&self, before: usize) -> Vec<Call> {
        self.calls().await.split_off(before)
    }

    /// Arms a fault that acts once: on the first call of `operation` that it meets.
    pub async fn fault_once(&self, service: &str, operation: &str, kind: &str) {
        self.fault(json!({"service": service, "operation": operation, "kind": kind, "skip": 0, "times": 1})).await;
    }

    /// Arms a fault.
    pub async fn fault(&self, fault: Value) {
        let reply = self
            .http
            .post_json(&format!("{}/faults", self.base()), &fault)
            .await;
        assert!(
            reply.status.is_success(),
            "arming {fault}: {} {}",
            reply.status,
            reply.text()
        );
    }

    /// How often the armed faults acted, all together.
    pub async fn hits(&self) -> u64 {
        let reply = self
            .http
            .get(&format!("{}/faults", self.base()))
            .await
            .json();
        let list = reply
            .as_array()
            .or(reply["faults"].as_array())
            .expect("faults is a list")
            .clone();
        list.iter()
            .map(|fault| fault["hits"].as_u64().expect("a fault has its hit count"))
            .sum()
    }

    /// Messages that wait in the queue with this physical name or are being worked on.
    pub async fn depth(&self, queue: &str) -> u64 {
        let depths = self
            .http
            .get(&format!("{}/queues", self.base()))
            .await
            .json();
        let name = queue.rsplit('/').next().unwrap_or_default();
        let count = |kind: &str| {
            depths[name][kind]
                .as_u64()
                .unwrap_or_else(|| panic!("no {name} in {depths}"))
        };
        count("visible") + count("hidden")
    }

    /// Calls now what the rule with this logical id calls. Gives the status and what the function answered.
    pub async fn call_rule(&self, rule: &str) -> (u16, Value) {
        let url = format!("{}/schedules/{rule}", self.base());
        let reply = self.http.post_json(&url, &json!({})).await;
        let answer = serde_json::from_str(&reply.text()).unwrap_or_default();
        (reply.status.as_u16(), answer)
    }

    /// Disarms all faults.
    pub async fn clear_faults(&self) {
        assert!(
            self.http
                .delete(&format!("{}/faults", self.base()))
                .await
                .status
                .is_success(),
            "clearing the faults"
        );
    }
}
