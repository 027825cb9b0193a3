//! Why a start fails.

use std::io;

use face_login_local_template::Problems;

use crate::custom::CustomError;
use crate::data::DataError;
use crate::dynamodb::TablesError;
use crate::grants::GrantsError;
use crate::queue::QueueError;
use crate::s3::StoreError;

/// Why the stack could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("loading the face engine")]
    Engine(#[source] face_login_face_engine::WeightsError),
    #[error("the face engine could not be loaded")]
    EnginePanicked,
    #[error("opening the buckets")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Tables(#[from] TablesError),
    #[error("opening the queues")]
    Queues(#[from] QueueError),
    #[error("opening the inbox")]
    Inbox(#[from] rusqlite::Error),
    #[error("reading AWS's service models")]
    Models(#[from] face_login_local_models::ModelError),
    #[error("opening the user pool")]
    Cognito(#[from] face_login_local_cognito::OpenError),
    #[error("opening the face collections")]
    Rekognition(#[from] face_login_local_rekognition::OpenError),
    #[error("serving")]
    Serve(#[from] io::Error),
    #[error(transparent)]
    Custom(#[from] CustomError),
    #[error(transparent)]
    Grants(#[from] GrantsError),
    #[error("--fault")]
    Fault(#[from] face_login_local_gateway::FaultError),
    #[error("{0}")]
    Outputs(#[from] Problems),
}
