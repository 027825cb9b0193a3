//! DynamoDB: the tables of the template in `dynoxide`, a file that survives `kill -9` (WAL, synchronous FULL).

use std::path::Path;

use bytes::Bytes;
use dynoxide::{Database, DynoxideError};
use face_login_local_gateway::{Backend, BackendFuture, Principal};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::{Value, json};

mod members;
mod operations;
mod table;

#[cfg(test)]
mod tests;

use members::Unserved;
pub(crate) use table::Table;

/// Why the tables can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TablesError {
    #[error("opening the tables")]
    Open(#[source] DynoxideError),
    #[error("making the table {name}")]
    Make {
        name: String,
        #[source]
        source: DynoxideError,
    },
    #[error("the table {name} has another key than the template now says: start with --fresh")]
    OtherKey { name: String },
}

/// All tables.
pub(crate) struct Tables(Database);

impl Tables {
    /// Opens the file and makes the tables that are not there yet.
    pub(crate) fn open(dir: &Path, tables: &[Table]) -> Result<Self, TablesError> {
        let database = Database::new(&dir.join("tables.sqlite").to_string_lossy())
            .map_err(TablesError::Open)?;
        let opened = Self(database);
        tables.iter().try_for_each(|table| opened.ensure(table))?;
        Ok(opened)
    }

    fn ensure(&self, table: &Table) -> Result<(), TablesError> {
        let failed = |source| TablesError::Make {
            name: table.name.clone(),
            source,
        };
        match operations::run(&self.0, "DescribeTable", &json!({"TableName": table.name})) {
            Ok(known) => {
                let same = known["Table"]["KeySchema"] == table.key_schema
                    && known["Table"]["AttributeDefinitions"] == table.attributes;
                if !same {
                    return Err(TablesError::OtherKey {
                        name: table.name.clone(),
                    });
                }
            }
            Err(DynoxideError::ResourceNotFoundException(_)) => {
                operations::run(&self.0, "CreateTable", &table.create_request()).map_err(failed)?;
            }
            Err(source) => return Err(failed(source)),
        }
        self.set_time_to_live(table).map_err(failed)
    }

    fn set_time_to_live(&self, table: &Table) -> Result<(), DynoxideError> {
        let known = operations::run(
            &self.0,
            "DescribeTimeToLive",
            &json!({"TableName": table.name}),
        )?;
        let enabled = known["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED";
        let attribute = known["TimeToLiveDescription"]["AttributeName"]
            .as_str()
            .filter(|_| enabled);
        if attribute == table.ttl_attribute.as_deref() {
            return Ok(());
        }
        let change = |attribute: &str, wanted: Enabled| {
            let enabled = wanted == Enabled::Yes;
            let request = json!({"TableName": table.name, "TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": enabled}});
            operations::run(&self.0, "UpdateTimeToLive", &request).map(drop)
        };
        attribute.map_or(Ok(()), |old| change(old, Enabled::No))?;
        table
            .ttl_attribute
            .as_deref()
            .map_or(Ok(()), |new| change(new, Enabled::Yes))
    }

    /// Removes rows whose time has come: housekeeping, as late as on AWS.
    pub(crate) fn expire(&self) -> Result<usize, DynoxideError> {
        self.0.sweep_ttl()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Enabled {
    Yes,
    No,
}

impl Backend for Tables {
    fn handle<'a>(&'a self, request: Request<Bytes>, _: &'a Principal) -> BackendFuture<'a> {
        let database = self.0.clone();
        Box::pin(async move {
            let target = request
                .headers()
                .get("x-amz-target")
                .and_then(|target| target.to_str().ok())
                .unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
            let body = request.into_body();
            let work = tokio::task::spawn_blocking(move || answer(&database, &operation, &body));
            work.await.unwrap_or_else(|_| respond(500, json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Internal server error"}).to_string()))
        })
    }
}

fn answer(database: &Database, operation: &str, body: &[u8]) -> Response<Bytes> {
    let request = match serde_json::from_slice::<Value>(body) {
        Ok(request) => request,
        Err(error) => return refuse(&DynoxideError::SerializationException(error.to_string())),
    };
    if let Err(unserved) = members::served(operation, &request) {
        return not_served(operation, &unserved);
    }
    match operations::run(database, operation, &request) {
        Ok(answer) => respond(200, answer.to_string()),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &DynoxideError) -> Response<Bytes> {
    let code = error.error_type().rsplit('#').next().unwrap_or_default();
    with_error_type(respond(error.status_code(), error.to_json()), code)
}

/// The service itself would ignore such a member.
fn not_served(operation: &str, unserved: &Unserved) -> Response<Bytes> {
    let (kind, code, message) = match unserved {
        Unserved::Operation => (
            "com.amazon.coral.service#UnknownOperationException",
            "UnknownOperationException",
            format!("the operation {operation} is not served here"),
        ),
        Unserved::Member(name) => (
            "com.amazon.coral.validate#ValidationException",
            "ValidationException",
            format!("parameter {name} of {operation} is not supported by the local stack"),
        ),
    };
    let body = json!({"__type": kind, "message": message});
    with_error_type(respond(400, body.to_string()), code)
}

fn with_error_type(mut response: Response<Bytes>, code: &str) -> Response<Bytes> {
    if let Ok(code) = HeaderValue::from_str(code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

fn respond(status: u16, body: String) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response =
        crate::net::with_type(status, "application/x-amz-json-1.0", Bytes::from(body));
    if let Ok(id) = HeaderValue::from_str(&crate::random::uuid()) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}
