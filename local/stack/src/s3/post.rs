//! The POST form: signature, policy and size first, then an ordinary put with the rights of the signer.

use std::ops::RangeInclusive;

use bytes::Bytes;
use face_login_local_gateway::{
    AwsService, BackendFuture, ConnectionReset, Need, PostFormError, Principal, Required,
};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;

use super::backend::{Backend, Creation, etag_of};
use super::bucket::Bucket;
use super::failure::Failure;
use super::form::{Content, Fields, Form};
use super::post_policy::PostPolicy;
use super::{MAX_BODY, S3, object};
use crate::net::escaped;

/// Fields that become headers of the object.
const STORED: [&str; 5] = [
    "content-type",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
];
/// Fields that say how to sign, what to answer, or where.
const UNDERSTOOD: [&str; 12] = [
    "key",
    "bucket",
    "policy",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
    "success_action_status",
    "success_action_redirect",
    "redirect",
    "submit",
];

impl S3 {
    pub(super) async fn post(
        &self,
        bucket: &Bucket,
        request: Request<Incoming>,
    ) -> Result<Response<Bytes>, ConnectionReset> {
        let (signer, upload) = match self.admit(bucket, request).await {
            Ok(admitted) => admitted,
            Err(failure) => return Ok(failure.response()),
        };
        let need = Need {
            action: "s3:PutObject".to_owned(),
            resource: bucket.arn(&upload.key),
            context: Vec::new(),
        };
        let required = Required {
            operation: "PostObject".to_owned(),
            needs: vec![need],
        };
        let put = match upload.put(bucket) {
            Ok(put) => put,
            Err(failure) => return Ok(failure.response()),
        };
        let form = FormBackend {
            backend: &self.backend,
            bucket,
            upload: &upload,
            endpoint: &self.endpoint,
        };
        self.gateway
            .call_as(&signer, AwsService::S3, &required, put, &form)
            .await
    }

    async fn admit(
        &self,
        bucket: &Bucket,
        request: Request<Incoming>,
    ) -> Result<(Principal, Upload), Failure> {
        let mut form = Form::read(request).await?;
        let judged = match self.judge(bucket, &mut form) {
            Ok(judged) => judged,
            Err(failure) => {
                form.drain().await;
                return Err(failure);
            }
        };
        let Judged { signer, key, size } = judged;
        let bytes = match form.content((*size.end()).min(MAX_BODY as u64)).await? {
            Content::TooLarge { proposed } => return Err(too_large(proposed, *size.end())),
            Content::Whole(bytes) if (bytes.len() as u64) < *size.start() => {
                return Err(too_small(bytes.len() as u64, *size.start()));
            }
            Content::Whole(bytes) => bytes,
        };
        let upload = Upload {
            key,
            fields: form.fields,
            bytes: bytes.into(),
        };
        Ok((signer, upload))
    }

    /// Everything that can be judged before the file is read.
    fn judge(&self, bucket: &Bucket, form: &mut Form) -> Result<Judged, Failure> {
        let signer = self.signer(&form.fields)?;
        for (_, value) in &mut form.fields {
            *value = value.replace("${filename}", &form.file_name);
        }
        let field = |name: &str| {
            let found = form.fields.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let policy = PostPolicy::read(&field("policy").unwrap_or_default())?;
        let key = field("key").filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| missing("key"))?;
        policy.judge(&bucket.name, &form.fields, (self.clock)())?;
        let (least, most) = policy.length.unwrap_or((0, MAX_BODY as u64));
        Ok(Judged {
            signer,
            key,
            size: least..=most,
        })
    }

    fn signer(&self, fields: &Fields) -> Result<Principal, Failure> {
        let has = |name: &str| fields.iter().any(|(known, _)| known == name);
        if has("awsaccesskeyid") {
            let message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "InvalidRequest",
                message,
            ));
        }
        if !has("policy") && !has("x-amz-signature") {
            return Err(Failure::access_denied("Access Denied"));
        }
        self.gateway
            .verify_post_form(fields)
            .map_err(|error| refusal(&error))
    }
}

fn missing(field: &str) -> Failure {
    let message = format!(
        "Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of the fields."
    );
    Failure::invalid_argument(message, field, "")
}

fn too_large(proposed: u64, most: u64) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size",
    )
    .with("ProposedSize", proposed.to_string())
    .with("MaxSizeAllowed", most.to_string())
}

fn too_small(proposed: u64, least: u64) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
    )
    .with("ProposedSize", proposed.to_string())
    .with("MinSizeAllowed", least.to_string())
}

fn refusal(error: &PostFormError) -> Failure {
    let bad = |code, message: &str| Failure::new(StatusCode::BAD_REQUEST, code, message);
    let forbidden = |code, message: &str| Failure::new(StatusCode::FORBIDDEN, code, message);
    match error {
        PostFormError::Missing { field } => missing(field),
        PostFormError::Twice { field } => {
            Failure::invalid_argument("POST requires exactly one field of each name.", field, "")
        }
        PostFormError::Malformed { field } => bad(
            "AuthorizationQueryParametersError",
            &format!("Error parsing the field {field}"),
        ),
        PostFormError::UnknownKey => forbidden(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        PostFormError::WrongToken => bad(
            "InvalidToken",
            "The provided token is malformed or otherwise invalid.",
        ),
        PostFormError::KeyExpired => bad("ExpiredToken", "The provided token has expired."),
        PostFormError::Mismatch => forbidden(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
    }
}

/// A form that is all right but for the file, which is not read yet.
struct Judged {
    signer: Principal,
    key: String,
    /// Bytes that the file may have.
    size: RangeInclusive<u64>,
}

/// A form that its policy admits.
struct Upload {
    key: String,
    fields: Fields,
    bytes: Bytes,
}

impl Upload {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The put that stores the file.
    fn put(&self, bucket: &Bucket) -> Result<Request<Bytes>, Failure> {
        let mut request = Request::new(self.bytes.clone());
        *request.method_mut() = Method::PUT;
        *request.uri_mut() = object::path(&bucket.name, &self.key)
            .parse()
            .map_err(|_| missing("key"))?;
        request
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(self.bytes.len()));
        for (name, value) in &self.fields {
            if STORED.contains(&name.as_str()) || name.starts_with("x-amz-meta-") {
                let invalid = || {
                    Failure::invalid_argument(
                        "A field has a value that no header can hold.",
                        name,
                        "",
                    )
                };
                let header: http::HeaderName = name.parse().map_err(|_| invalid())?;
                request
                    .headers_mut()
                    .insert(header, value.parse().map_err(|_| invalid())?);
            } else if !UNDERSTOOD.contains(&name.as_str()) && !name.starts_with("x-ignore-") {
                return Err(Failure::not_implemented(name));
            }
        }
        Ok(request)
    }

    /// S3's answer to a form: empty unless the form asks for something else.
    fn answer(&self, bucket: &Bucket, etag: &str, endpoint: &str) -> Response<Bytes> {
        let location = format!("{endpoint}{}", object::path(&bucket.name, &self.key));
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        if let Some(target) = self
            .field("success_action_redirect")
            .or_else(|| self.field("redirect"))
        {
            let separator = if target.contains('?') { '&' } else { '?' };
            let query = format!(
                "bucket={}&key={}&etag=%22{etag}%22",
                bucket.name,
                object::path("", &self.key).trim_start_matches('/')
            );
            *response.status_mut() = StatusCode::SEE_OTHER;
            set(
                &mut response,
                header::LOCATION,
                &format!("{target}{separator}{query}"),
            );
            return response;
        }
        match self.field("success_action_status") {
            Some("200") => *response.status_mut() = StatusCode::OK,
            Some("201") => {
                *response.status_mut() = StatusCode::CREATED;
                let (key, place) = (escaped(&self.key), escaped(&location));
                *response.body_mut() = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{place}</Location><Bucket>{}</Bucket><Key>{key}</Key><ETag>&quot;{etag}&quot;</ETag></PostResponse>", bucket.name).into();
                set(&mut response, header::CONTENT_TYPE, "application/xml");
            }
            _ => {}
        }
        set(&mut response, header::ETAG, &format!("\"{etag}\""));
        set(&mut response, header::LOCATION, &location);
        response
    }
}

fn set(response: &mut Response<Bytes>, name: http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The back end of one form.
struct FormBackend<'a> {
    backend: &'a Backend,
    bucket: &'a Bucket,
    upload: &'a Upload,
    endpoint: &'a str,
}

impl face_login_local_gateway::Backend for FormBackend<'_> {
    fn handle<'a>(&'a self, request: Request<Bytes>, caller: &'a Principal) -> BackendFuture<'a> {
        Box::pin(async move {
            match self.backend.run(request, caller, Creation::Post).await {
                Ok(stored) if stored.status().is_success() => {
                    self.upload
                        .answer(self.bucket, &etag_of(&stored), self.endpoint)
                }
                Ok(refused) => refused,
                Err(failure) => failure.response(),
            }
        })
    }
}
