//! The page in English.

use face_login_domain::words::Reason;

use super::Text;
use crate::{
    camera_problem::CameraProblem,
    failure::Failure,
    settings::SettingsProblem,
    steps::{Ending, Notice},
};

#[expect(
    clippy::match_same_arms,
    clippy::too_many_lines,
    reason = "one sentence after the other; texts that are alike today stand in different places"
)]
pub(super) fn text(text: Text) -> &'static str {
    match text {
        Text::ProductName => "Face Login",
        Text::Loading => "One moment…",
        Text::SignInTitle => "Sign in",
        Text::SignInIntro => "With your e-mail address and a selfie. No password.",
        Text::Email => "E-mail address",
        Text::EmailHint => "We send a code to this address.",
        Text::Continue => "Continue",
        Text::Working => "One moment…",
        Text::ToSignUp => "Create an account",
        Text::ToSignIn => "Back to sign-in",
        Text::CannotSignIn => "Can't sign in with your face?",
        Text::SignUpTitle => "Create an account",
        Text::SignUpIntro => "Four short steps: e-mail, code, a photo of you, a selfie.",
        Text::ConsentTitle => "Your face data",
        Text::ConsentBox => "I agree that my face data is used to sign me in, as described here.",
        Text::ConsentIntro => "Before the camera starts, we need your consent.",
        Text::CodeTitle => "Check your mail",
        Text::CodeIntro => "We sent a code with six digits to",
        Text::CodeLabel => "Code",
        Text::Confirm => "Confirm",
        Text::Resend => "Send a new code",
        Text::RecoverTitle => "Can't sign in with your face?",
        Text::RecoverIntro => {
            "We send a code to your address. With it you can finish setting up your account, or try your face again."
        }
        Text::UnfinishedTitle => "Almost done",
        Text::UnfinishedIntro => {
            "Your account still needs its photos. We send a code to your address, and then you can go on."
        }
        Text::ConsentStepTitle => "Before the photo",
        Text::SendCode => "Send the code",
        Text::RecoverCodeTitle => "Check your mail",
        Text::RecoverCodeIntro => {
            "If there is an account with this address, a code with six digits is on its way to"
        }
        Text::NoMailHint => {
            "No mail? Look in the spam folder. If you never confirmed your address, create the account again."
        }
        Text::OtherAddress => "Use another address",
        Text::DocumentTitle => "A photo of you",
        Text::DocumentIntro => {
            "Your selfies will be compared with this photo. Photograph the picture in your passport or identity card from close up, so that the face fills the oval, or choose a good portrait."
        }
        Text::SelfieTitle => "Take a selfie",
        Text::SelfieIntro => {
            "Look into the camera, with your face in the oval and light from the front."
        }
        Text::CameraStarting => {
            "Your browser asks whether this page may use the camera. Please allow it."
        }
        Text::CameraPicture => "Picture of your camera",
        Text::TakePhoto => "Take the photo",
        Text::ChooseFile => "Choose a photo instead",
        Text::ChooseSelfie => "Use a photo file instead",
        Text::CameraAgain => "Try the camera again",
        Text::Sending => "Sending the photo",
        Text::CheckingTitle => "Checking your photo",
        Text::CheckingIntro => "This takes a few seconds.",
        Text::SignedInTitle => "You're signed in",
        Text::Claims => "What apps learn about you",
        Text::Lifetimes => "How long this lasts",
        Text::AccessToken => "Access",
        Text::RefreshToken => "Renewal",
        Text::RefreshTokenNote => "by itself, a minute before the end, also after a reload",
        Text::SignOut => "Sign out",
        Text::LockedTitle => "A short break",
        Text::LockedIntro => {
            "There were too many tries that did not match. To protect this account, the next one is possible in"
        }
        Text::LockedLong => {
            "There were too many tries that did not match. For now your face alone does not sign in: use a code by mail as well, below."
        }
        Text::LockedOver => "You can try again now.",
        Text::SessionOverTitle => "That didn't work",
        Text::StartOver => "Start again",
        Text::TryAgain => "Try again",
        Text::Reload => "Load the page again",
        Text::StepEmail => "E-mail",
        Text::StepCode => "Code",
        Text::StepDocument => "Photo",
        Text::StepSelfie => "Selfie",
        Text::Back => "Back",
        Text::FaceChanged => "My face has changed",
        Text::UpdatePhoto => "Update my photo",
        Text::KeepPhoto => "Keep my old photo",
        Text::ForgetFace => "Forget my face",
        Text::ForgetNow => "Continue and forget my face",
        Text::ReplaceTitle => "A new face for your account",
        Text::ReplaceIntro => {
            "Take a new photo and a selfie. To protect you, the new face only counts after a waiting time. Until then, signing in with the old face cancels it."
        }
        Text::UpdateTitle => "Update your photo",
        Text::UpdateIntro => {
            "First a selfie, to see that it's you, then the new photo. You'll be signed out on your other devices."
        }
        Text::ForgetTitle => "Forget your face?",
        Text::ForgetIntro => {
            "Your photos and face data are deleted, and you're signed out everywhere. To be sure that it's you, we ask for one last selfie. This can't be undone."
        }
        Text::HeldTitle => "Your new face is waiting",
        Text::HeldIntro => "We have your photos. You can sign in with your new face from",
        Text::HeldCancel => {
            "Until then, the old face still signs you in. Whoever does that cancels the new one."
        }
        Text::ForgottenTitle => "Your face is forgotten",
        Text::ForgottenIntro => {
            "Photos and face data are deleted, and you're signed out everywhere. To use this account again, choose \"Can't sign in with your face?\" and get a code by e-mail."
        }
    }
}

pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NoFace => {
            "We couldn't find a face in the photo. Bring your face into the oval and look straight ahead."
        }
        Reason::SeveralFaces => {
            "There is more than one face in the photo. Make sure that only you are in the picture."
        }
        Reason::FaceTooSmall => {
            "Your face is too small in the photo. Come closer, until it fills the oval."
        }
        Reason::TurnedAway => {
            "Your head is turned or tilted. Hold it straight and look into the camera."
        }
        Reason::TooDark => "The photo is too dark. Turn to a window or a lamp.",
        Reason::TooBright => "The photo is too bright. Step out of the direct light.",
        Reason::Blurred => {
            "The photo is blurred. Hold still for a moment and wipe the lens if need be."
        }
        Reason::EyesClosed => "Your eyes are closed in the photo. Keep them open and try again.",
        Reason::Sunglasses => "Please take your sunglasses off.",
        Reason::FaceCovered => {
            "Part of your face is covered. Take off what hides it: a mask, a scarf, a hand, hair."
        }
        Reason::NotRecognised => {
            "We couldn't recognise you in this photo. Try again in good light and with nothing covering your face."
        }
        Reason::PhotoMissing => "Your photo didn't arrive. Please take it again.",
        Reason::PhotoInvalid => {
            "This file is no photo that we can use. Please take a new one or choose a JPEG or PNG."
        }
        Reason::PhotoReused => "This photo was used before. Please take a new one.",
        Reason::Expired => "That took a little too long. Please take another photo.",
        Reason::Busy => {
            "The check is busy right now. This did not cost you a try: please take another photo in a moment."
        }
        Reason::Locked => "There were too many tries. Please wait a little.",
        Reason::Held => {
            "Your new face is not active yet. Until then, the old one still signs you in."
        }
        Reason::ConsentRequired => "Without your consent we can't take a photo of you.",
        Reason::TicketExpired => {
            "The confirmation of your e-mail address has run out. Choose \"Can't sign in with your face?\" for a new code."
        }
        Reason::EnrolmentRefused => {
            "This photo can't be used to set up an account here. Please contact the operator of this service."
        }
    }
}

pub(super) fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Offline => "We can't reach the service. Check your connection and try again.",
        Failure::Trouble => "Something went wrong on our side. Please try again in a moment.",
        Failure::TooMany => {
            "That was too often in a short time. Please wait a few minutes and try again."
        }
        Failure::Denied => "Signing in isn't possible with this address at the moment.",
        Failure::SessionOver => "That took a little too long. Please try again.",
        Failure::CodeWrong => "This code is wrong. Please check it: only the latest one counts.",
        Failure::CodeTooOld => "This code is too old or was used already. Ask for a new one.",
        Failure::AddressTaken => {
            "There is an account with this address already. Sign in with it here."
        }
        Failure::AlreadyConfirmed => "This address is confirmed already.",
        Failure::NotAccepted => "This was not accepted. Please check what you typed.",
    }
}

pub(super) fn notice(notice: &Notice) -> &'static str {
    match notice {
        Notice::BadEmail => "Please enter a complete e-mail address, such as name@example.com.",
        Notice::BadCode => "The code has six digits.",
        Notice::ConsentMissing => {
            "Please tick the box if you agree. Without consent we can't go on."
        }
        Notice::PhotoUnreadable => {
            "Your browser can't open this file as a photo. Choose a JPEG or PNG."
        }
        Notice::PhotoRefused => "The storage did not accept the photo. Please take another one.",
        Notice::CodeSent => "A new code is on its way.",
        Notice::SecondCode => {
            "Your address is confirmed. Because the page was closed in between, we need one more code: it has just been sent to you."
        }
        Notice::DocumentTaken => "Your photo is in. Now the selfie that goes with it.",
        Notice::BegunAgain => {
            "That took a little too long, so we started afresh. Please take another photo."
        }
        Notice::SignedOut => "You're signed out.",
        Notice::SignedOutHere => {
            "You're signed out in this browser, but we couldn't reach the service to end the session there as well."
        }
        Notice::SessionEnded => "Your session has ended. Please sign in again.",
        Notice::PhotoUpdated => "Your new photo is in. You're signed out on other devices.",
        Notice::PhotoKept => "Your old photo stays.",
        Notice::Reason(_) | Notice::Failure(_) => "",
    }
}

pub(super) fn camera(problem: CameraProblem) -> &'static str {
    match problem {
        CameraProblem::Denied => {
            "The camera is blocked for this page. Allow it in the settings of your browser (the symbol beside the address), or use a photo file."
        }
        CameraProblem::None => "No camera was found. Connect one, or use a photo file.",
        CameraProblem::Busy => {
            "The camera is in use by another program or tab. Close that one and try again, or use a photo file."
        }
        CameraProblem::Insecure => {
            "The browser allows no camera here. Open this page over HTTPS in Safari, Chrome, Firefox or Edge, not inside another app, or use a photo file."
        }
        CameraProblem::Stopped => "The camera has stopped. Try it again, or use a photo file.",
        CameraProblem::Other => "The camera doesn't start. Try it again, or use a photo file.",
    }
}

pub(super) fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Denied => {
            "We couldn't sign you in. If you have not finished setting up your account, or your face is not recognised, get a code by e-mail."
        }
        Ending::RanOut => "The sign-in ran out before it was complete.",
        Ending::PageTooOld => {
            "The service asks for something that this version of the page doesn't know. Please load the page again."
        }
    }
}

pub(super) fn unusable(problem: SettingsProblem) -> &'static str {
    match problem {
        SettingsProblem::Unusable => {
            "This page is not set up: its configuration is missing or incomplete."
        }
        SettingsProblem::OtherVersion => {
            "There is a newer version of this page. Please load it again."
        }
    }
}
