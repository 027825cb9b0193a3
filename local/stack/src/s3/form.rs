//! The POST form as it arrives: fields, then one file, read piece by piece against the size that the policy allows.

use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use multer::{Field, Multipart};

use super::failure::Failure;

/// S3's limit for everything before the file.
const MAX_FIELDS: usize = 20 * 1024;
/// A file over its limit is read on to this size, so that the sender gets to see the answer.
const MAX_DRAINED: u64 = 64 << 20;

/// Fields in lower case, in order.
pub(crate) type Fields = Vec<(String, String)>;

/// A form up to its file.
pub(crate) struct Form {
    pub(crate) fields: Fields,
    pub(crate) file_name: String,
    file: Field<'static>,
    _rest: Multipart<'static>,
}

/// What was read of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Whole(Vec<u8>),
    /// Nothing was kept; `proposed` is the size that was sent, as far as it was read.
    TooLarge {
        proposed: u64,
    },
}

impl Form {
    pub(crate) async fn read(request: Request<Incoming>) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok());
        let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
        let boundary = boundary.ok_or_else(|| {
            Failure::precondition("Bucket POST must be of the enclosure-type multipart/form-data")
        })?;
        let mut multipart = Multipart::new(request.into_body().into_data_stream(), boundary);
        match fields(&mut multipart).await {
            Ok((fields, file)) => {
                let file_name = file.file_name().unwrap_or_default();
                let file_name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
                Ok(Self {
                    fields,
                    file_name: file_name.to_owned(),
                    file,
                    _rest: multipart,
                })
            }
            Err(failure) => {
                drain_all(multipart).await;
                Err(failure)
            }
        }
    }

    /// Reads on, so that the sender gets to see an answer: browsers don't look for one before they have sent everything.
    pub(crate) async fn drain(mut self) {
        let mut size = 0;
        drain(&mut self.file, &mut size).await;
    }

    /// Reads the file; never keeps more than `most` bytes.
    pub(crate) async fn content(&mut self, most: u64) -> Result<Content, Failure> {
        let (mut bytes, mut size) = (Vec::new(), 0_u64);
        while let Some(chunk) = self.file.chunk().await.map_err(|_| malformed())? {
            size += chunk.len() as u64;
            if size > most {
                bytes = Vec::new();
                if size > MAX_DRAINED {
                    break;
                }
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        Ok(if size > most {
            Content::TooLarge { proposed: size }
        } else {
            Content::Whole(bytes)
        })
    }
}

/// Everything before the file, and the file.
async fn fields(multipart: &mut Multipart<'static>) -> Result<(Fields, Field<'static>), Failure> {
    let mut fields = Fields::new();
    let mut length = 0;
    loop {
        let Some(mut field) = multipart.next_field().await.map_err(|_| malformed())? else {
            let message = "POST requires exactly one file upload per request.";
            return Err(Failure::invalid_argument(message, "file", "0"));
        };
        let name = field.name().unwrap_or_default().to_lowercase();
        if name == "file" {
            return Ok((fields, field));
        }
        let value = text(&mut field, &mut length).await?;
        fields.push((name, value));
    }
}

async fn drain_all(mut multipart: Multipart<'static>) {
    let mut size = 0;
    while let Ok(Some(mut field)) = multipart.next_field().await {
        drain(&mut field, &mut size).await;
    }
}

async fn drain(field: &mut Field<'static>, size: &mut u64) {
    while let Ok(Some(chunk)) = field.chunk().await {
        *size += chunk.len() as u64;
        if *size > MAX_DRAINED {
            return;
        }
    }
}

async fn text(field: &mut Field<'static>, length: &mut usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| malformed())? {
        *length += chunk.len();
        if *length > MAX_FIELDS {
            let message = "Your POST request fields preceeding the upload file was too large.";
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "MaxPostPreDataLengthExceeded",
                message,
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn malformed() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.",
    )
}
