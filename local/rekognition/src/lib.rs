//! face-login-local-rekognition
