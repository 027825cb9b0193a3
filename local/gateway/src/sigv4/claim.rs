//! What a signed request says of its signature: read from the Authorization header or from the query of a presigned address.

use std::time::{Duration, SystemTime};

use http::Request;
use percent_encoding::percent_decode_str;

use super::{ALGORITHM, SigV4Error, timestamp};

/// Longest life of a presigned address: seven days.
const LONGEST_EXPIRY: u64 = 604_800;

/// For which day, region and service a key was derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
}

impl Scope {
    pub(super) fn text(&self) -> String {
        format!(
            "{}/{}/{}/aws4_request",
            self.date, self.region, self.service
        )
    }
}

/// `AKID/20150830/us-east-1/s3/aws4_request`
pub(super) fn credential(text: &str) -> Option<(String, Scope)> {
    let parts: Vec<&str> = text.split('/').collect();
    let [key, date, region, service, "aws4_request"] = parts[..] else {
        return None;
    };
    let scope = Scope {
        date: date.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
    };
    (!key.is_empty()).then(|| (key.to_owned(), scope))
}

/// Where the signature stands, and with it until when it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    Header,
    Query { expires: Duration },
}

/// A signature as the request claims it.
pub(super) struct Claim {
    pub(super) placement: Placement,
    pub(super) access_key_id: String,
    pub(super) scope: Scope,
    pub(super) signed_at: SystemTime,
    pub(super) timestamp: String,
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
    pub(super) token: Option<String>,
}

impl Claim {
    pub(super) fn read<T>(request: &Request<T>) -> Result<Self, SigV4Error> {
        let presigned = query(request, "X-Amz-Signature").is_some()
            || query(request, "X-Amz-Algorithm").is_some();
        match (request.headers().contains_key("authorization"), presigned) {
            (false, false) => Err(SigV4Error::Missing),
            (true, true) => Err(SigV4Error::TwoMechanisms),
            (true, false) => Self::from_header(request),
            (false, true) => Self::from_query(request),
        }
    }

    fn from_header<T>(request: &Request<T>) -> Result<Self, SigV4Error> {
        let value = only_header(request, "authorization")?.ok_or(SigV4Error::Missing)?;
        let (algorithm, fields) = value.split_once(' ').ok_or(malformed("Authorization"))?;
        if algorithm != ALGORITHM {
            return Err(malformed("Authorization"));
        }
        let field = |name: &'static str| {
            let mut found = fields
                .split(',')
                .filter_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
            found
                .next()
                .filter(|_| found.next().is_none())
                .ok_or(malformed(name))
        };
        let timestamp = only_header(request, "x-amz-date")?
            .ok_or(malformed("X-Amz-Date"))?
            .to_owned();
        let token = only_header(request, "x-amz-security-token")?.map(str::to_owned);
        Self::of(
            Placement::Header,
            field("Credential")?,
            timestamp,
            field("SignedHeaders")?,
            field("Signature")?,
            token,
        )
    }

    fn from_query<T>(request: &Request<T>) -> Result<Self, SigV4Error> {
        let parameter = |name: &'static str| only_query(request, name)?.ok_or(malformed(name));
        if parameter("X-Amz-Algorithm")? != ALGORITHM {
            return Err(malformed("X-Amz-Algorithm"));
        }
        let seconds: u64 = parameter("X-Amz-Expires")?
            .parse()
            .map_err(|_| malformed("X-Amz-Expires"))?;
        if !(1..=LONGEST_EXPIRY).contains(&seconds) {
            return Err(malformed("X-Amz-Expires"));
        }
        let placement = Placement::Query {
            expires: Duration::from_secs(seconds),
        };
        let token = only_query(request, "X-Amz-Security-Token")?;
        Self::of(
            placement,
            &parameter("X-Amz-Credential")?,
            parameter("X-Amz-Date")?,
            &parameter("X-Amz-SignedHeaders")?,
            &parameter("X-Amz-Signature")?,
            token,
        )
    }

    fn of(
        placement: Placement,
        who: &str,
        timestamp: String,
        headers: &str,
        signature: &str,
        token: Option<String>,
    ) -> Result<Self, SigV4Error> {
        let (access_key_id, scope) = credential(who).ok_or(malformed("Credential"))?;
        let signed_at = timestamp::parse(&timestamp).ok_or(malformed("X-Amz-Date"))?;
        let signed_headers: Vec<String> = headers.split(';').map(str::to_owned).collect();
        let is_lower_case =
            |name: &String| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
        if !signed_headers.is_sorted_by(|one, next| one < next)
            || !signed_headers.iter().all(is_lower_case)
        {
            return Err(malformed("SignedHeaders"));
        }
        Ok(Self {
            placement,
            access_key_id,
            scope,
            signed_at,
            timestamp,
            signed_headers,
            signature: signature.to_owned(),
            token,
        })
    }
}

const fn malformed(part: &'static str) -> SigV4Error {
    SigV4Error::Malformed { part }
}

fn only_header<'a, T>(
    request: &'a Request<T>,
    name: &'static str,
) -> Result<Option<&'a str>, SigV4Error> {
    let mut values = request.headers().get_all(name).iter();
    let first = values
        .next()
        .map(|value| value.to_str().map_err(|_| malformed(name)))
        .transpose()?;
    if values.next().is_some() {
        Err(malformed(name))
    } else {
        Ok(first)
    }
}

fn query<T>(request: &Request<T>, name: &str) -> Option<String> {
    queries(request, name).next()
}

fn only_query<T>(request: &Request<T>, name: &'static str) -> Result<Option<String>, SigV4Error> {
    let mut values = queries(request, name);
    let first = values.next();
    if values.next().is_some() {
        Err(malformed(name))
    } else {
        Ok(first)
    }
}

fn queries<T>(request: &Request<T>, name: &str) -> impl Iterator<Item = String> {
    let pairs = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .filter(move |(key, _)| decoded(key) == name)
        .map(|(_, value)| decoded(value))
}

pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
