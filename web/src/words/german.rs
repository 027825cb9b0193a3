//! The page in German.

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
        Text::Loading => "Einen Moment …",
        Text::SignInTitle => "Anmelden",
        Text::SignInIntro => "Mit Ihrer E-Mail-Adresse und einem Selfie. Ohne Passwort.",
        Text::Email => "E-Mail-Adresse",
        Text::EmailHint => "An diese Adresse senden wir einen Code.",
        Text::Continue => "Weiter",
        Text::Working => "Einen Moment …",
        Text::ToSignUp => "Konto anlegen",
        Text::ToSignIn => "Zurück zur Anmeldung",
        Text::CannotSignIn => "Klappt es mit dem Gesicht nicht?",
        Text::SignUpTitle => "Konto anlegen",
        Text::SignUpIntro => "Vier kurze Schritte: E-Mail, Code, ein Foto von Ihnen, ein Selfie.",
        Text::ConsentTitle => "Ihre Gesichtsdaten",
        Text::ConsentBox => {
            "Ich willige ein, dass meine Gesichtsdaten wie hier beschrieben für die Anmeldung verwendet werden."
        }
        Text::ConsentIntro => "Bevor die Kamera startet, brauchen wir Ihre Einwilligung.",
        Text::CodeTitle => "Sehen Sie in Ihre E-Mails",
        Text::CodeIntro => "Wir haben einen sechsstelligen Code gesendet an",
        Text::CodeLabel => "Code",
        Text::Confirm => "Bestätigen",
        Text::Resend => "Neuen Code senden",
        Text::RecoverTitle => "Klappt es mit dem Gesicht nicht?",
        Text::RecoverIntro => {
            "Wir senden einen Code an Ihre Adresse. Damit richten Sie Ihr Konto fertig ein oder versuchen es noch einmal mit Ihrem Gesicht."
        }
        Text::UnfinishedTitle => "Fast fertig",
        Text::UnfinishedIntro => {
            "Für Ihr Konto fehlen noch die Fotos. Wir senden einen Code an Ihre Adresse, dann geht es weiter."
        }
        Text::ConsentStepTitle => "Vor dem Foto",
        Text::SendCode => "Code senden",
        Text::RecoverCodeTitle => "Sehen Sie in Ihre E-Mails",
        Text::RecoverCodeIntro => {
            "Wenn es zu dieser Adresse ein Konto gibt, ist ein sechsstelliger Code unterwegs an"
        }
        Text::NoMailHint => {
            "Keine E-Mail? Sehen Sie im Spam-Ordner nach. Wenn Sie Ihre Adresse nie bestätigt haben, legen Sie das Konto neu an."
        }
        Text::OtherAddress => "Andere Adresse verwenden",
        Text::DocumentTitle => "Ein Foto von Ihnen",
        Text::DocumentIntro => {
            "Mit diesem Foto werden Ihre Selfies verglichen. Fotografieren Sie das Bild in Ihrem Pass oder Ausweis aus der Nähe, sodass das Gesicht das Oval füllt, oder wählen Sie ein gutes Porträt."
        }
        Text::SelfieTitle => "Selfie aufnehmen",
        Text::SelfieIntro => {
            "Schauen Sie in die Kamera, das Gesicht im Oval und das Licht von vorn."
        }
        Text::CameraStarting => {
            "Ihr Browser fragt, ob diese Seite die Kamera verwenden darf. Bitte erlauben Sie es."
        }
        Text::CameraPicture => "Bild Ihrer Kamera",
        Text::TakePhoto => "Foto aufnehmen",
        Text::ChooseFile => "Stattdessen ein Foto auswählen",
        Text::ChooseSelfie => "Stattdessen eine Fotodatei verwenden",
        Text::CameraAgain => "Kamera noch einmal versuchen",
        Text::Sending => "Das Foto wird gesendet",
        Text::CheckingTitle => "Ihr Foto wird geprüft",
        Text::CheckingIntro => "Das dauert ein paar Sekunden.",
        Text::SignedInTitle => "Sie sind angemeldet",
        Text::Claims => "Was Apps über Sie erfahren",
        Text::Lifetimes => "Wie lange das gilt",
        Text::AccessToken => "Zugang",
        Text::RefreshToken => "Verlängerung",
        Text::RefreshTokenNote => "von selbst, eine Minute vor dem Ende, auch nach einem Neuladen",
        Text::SignOut => "Abmelden",
        Text::LockedTitle => "Kurze Pause",
        Text::LockedIntro => {
            "Zu viele Versuche haben nicht gepasst. Zum Schutz dieses Kontos geht der nächste in"
        }
        Text::LockedLong => {
            "Zu viele Versuche haben nicht gepasst. Ihr Gesicht allein genügt vorerst nicht: Nehmen Sie unten einen Code per E-Mail dazu."
        }
        Text::LockedOver => "Sie können es jetzt wieder versuchen.",
        Text::SessionOverTitle => "Das hat nicht geklappt",
        Text::StartOver => "Neu beginnen",
        Text::TryAgain => "Noch einmal versuchen",
        Text::Reload => "Seite neu laden",
        Text::StepEmail => "E-Mail",
        Text::StepCode => "Code",
        Text::StepDocument => "Foto",
        Text::StepSelfie => "Selfie",
        Text::Back => "Zurück",
        Text::FaceChanged => "Mein Gesicht hat sich verändert",
        Text::UpdatePhoto => "Mein Foto erneuern",
        Text::KeepPhoto => "Altes Foto behalten",
        Text::ForgetFace => "Mein Gesicht vergessen",
        Text::ForgetNow => "Weiter und Gesicht vergessen",
        Text::ReplaceTitle => "Ein neues Gesicht für Ihr Konto",
        Text::ReplaceIntro => {
            "Nehmen Sie ein neues Foto und ein Selfie auf. Zu Ihrem Schutz gilt das neue Gesicht erst nach einer Wartezeit. Eine Anmeldung mit dem alten Gesicht hebt es bis dahin auf."
        }
        Text::UpdateTitle => "Ihr Foto erneuern",
        Text::UpdateIntro => {
            "Erst ein Selfie, damit wir sehen, dass Sie es sind, dann das neue Foto. Auf Ihren anderen Geräten werden Sie abgemeldet."
        }
        Text::ForgetTitle => "Ihr Gesicht vergessen?",
        Text::ForgetIntro => {
            "Ihre Fotos und Gesichtsdaten werden gelöscht, und Sie werden überall abgemeldet. Damit wir sicher sind, dass Sie es sind, bitten wir um ein letztes Selfie. Das lässt sich nicht rückgängig machen."
        }
        Text::HeldTitle => "Ihr neues Gesicht wartet",
        Text::HeldIntro => {
            "Wir haben Ihre Fotos. Mit Ihrem neuen Gesicht können Sie sich anmelden ab"
        }
        Text::HeldCancel => {
            "Bis dahin melden Sie sich weiter mit dem alten Gesicht an. Wer das tut, hebt das neue auf."
        }
        Text::ForgottenTitle => "Ihr Gesicht ist vergessen",
        Text::ForgottenIntro => {
            "Fotos und Gesichtsdaten sind gelöscht, und Sie sind überall abgemeldet. Um dieses Konto wieder zu nutzen, wählen Sie „Klappt es mit dem Gesicht nicht?“ und lassen sich einen Code senden."
        }
    }
}

pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NoFace => {
            "Auf dem Foto ist kein Gesicht zu finden. Bringen Sie Ihr Gesicht ins Oval und schauen Sie geradeaus."
        }
        Reason::SeveralFaces => {
            "Auf dem Foto ist mehr als ein Gesicht. Achten Sie darauf, dass nur Sie im Bild sind."
        }
        Reason::FaceTooSmall => {
            "Ihr Gesicht ist auf dem Foto zu klein. Kommen Sie näher, bis es das Oval füllt."
        }
        Reason::TurnedAway => {
            "Ihr Kopf ist gedreht oder geneigt. Halten Sie ihn gerade und schauen Sie in die Kamera."
        }
        Reason::TooDark => {
            "Das Foto ist zu dunkel. Wenden Sie sich einem Fenster oder einer Lampe zu."
        }
        Reason::TooBright => "Das Foto ist zu hell. Gehen Sie aus dem direkten Licht.",
        Reason::Blurred => {
            "Das Foto ist unscharf. Halten Sie einen Moment still und wischen Sie bei Bedarf die Linse ab."
        }
        Reason::EyesClosed => {
            "Ihre Augen sind auf dem Foto geschlossen. Lassen Sie sie offen und versuchen Sie es noch einmal."
        }
        Reason::Sunglasses => "Bitte nehmen Sie die Sonnenbrille ab.",
        Reason::FaceCovered => {
            "Ein Teil Ihres Gesichts ist verdeckt. Nehmen Sie weg, was es verbirgt: Maske, Schal, Hand, Haare."
        }
        Reason::NotRecognised => {
            "Wir konnten Sie auf diesem Foto nicht erkennen. Versuchen Sie es bei gutem Licht noch einmal, ohne dass etwas Ihr Gesicht verdeckt."
        }
        Reason::PhotoMissing => {
            "Ihr Foto ist nicht angekommen. Bitte nehmen Sie es noch einmal auf."
        }
        Reason::PhotoInvalid => {
            "Diese Datei ist kein Foto, das wir verwenden können. Bitte nehmen Sie ein neues auf oder wählen Sie ein JPEG oder PNG."
        }
        Reason::PhotoReused => "Dieses Foto wurde schon verwendet. Bitte nehmen Sie ein neues auf.",
        Reason::Expired => "Das hat etwas zu lange gedauert. Bitte nehmen Sie noch ein Foto auf.",
        Reason::Busy => {
            "Die Prüfung ist gerade überlastet. Das hat Sie keinen Versuch gekostet: Bitte nehmen Sie gleich noch ein Foto auf."
        }
        Reason::Locked => "Es waren zu viele Versuche. Bitte warten Sie ein wenig.",
        Reason::Held => {
            "Ihr neues Gesicht gilt noch nicht. Bis dahin melden Sie sich weiter mit dem alten an."
        }
        Reason::ConsentRequired => {
            "Ohne Ihre Einwilligung können wir kein Foto von Ihnen aufnehmen."
        }
        Reason::TicketExpired => {
            "Die Bestätigung Ihrer E-Mail-Adresse ist abgelaufen. Wählen Sie „Klappt es mit dem Gesicht nicht?“ für einen neuen Code."
        }
        Reason::EnrolmentRefused => {
            "Mit diesem Foto lässt sich hier kein Konto einrichten. Bitte wenden Sie sich an den Betreiber dieses Dienstes."
        }
    }
}

pub(super) fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Offline => {
            "Der Dienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal."
        }
        Failure::Trouble => {
            "Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal."
        }
        Failure::TooMany => {
            "Das war zu oft in kurzer Zeit. Bitte warten Sie ein paar Minuten und versuchen Sie es dann noch einmal."
        }
        Failure::Denied => "Mit dieser Adresse ist die Anmeldung im Moment nicht möglich.",
        Failure::SessionOver => {
            "Das hat etwas zu lange gedauert. Bitte versuchen Sie es noch einmal."
        }
        Failure::CodeWrong => "Dieser Code ist falsch. Bitte prüfen Sie ihn: Nur der neueste gilt.",
        Failure::CodeTooOld => {
            "Dieser Code ist zu alt oder wurde schon verwendet. Fordern Sie einen neuen an."
        }
        Failure::AddressTaken => {
            "Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich hier damit an."
        }
        Failure::AlreadyConfirmed => "Diese Adresse ist schon bestätigt.",
        Failure::NotAccepted => "Das wurde nicht angenommen. Bitte prüfen Sie Ihre Eingabe.",
    }
}

pub(super) fn notice(notice: &Notice) -> &'static str {
    match notice {
        Notice::BadEmail => {
            "Bitte geben Sie eine vollständige E-Mail-Adresse ein, zum Beispiel name@example.com."
        }
        Notice::BadCode => "Der Code hat sechs Ziffern.",
        Notice::ConsentMissing => {
            "Bitte setzen Sie das Häkchen, wenn Sie einwilligen. Ohne Einwilligung geht es nicht weiter."
        }
        Notice::PhotoUnreadable => {
            "Ihr Browser kann diese Datei nicht als Foto öffnen. Wählen Sie ein JPEG oder PNG."
        }
        Notice::PhotoRefused => {
            "Der Speicher hat das Foto nicht angenommen. Bitte nehmen Sie ein anderes auf."
        }
        Notice::CodeSent => "Ein neuer Code ist unterwegs.",
        Notice::SecondCode => {
            "Ihre Adresse ist bestätigt. Weil die Seite zwischendurch geschlossen war, brauchen wir noch einen Code: Er wurde gerade gesendet."
        }
        Notice::DocumentTaken => "Ihr Foto ist da. Jetzt noch das Selfie dazu.",
        Notice::BegunAgain => {
            "Das hat etwas zu lange gedauert, deshalb haben wir neu begonnen. Bitte nehmen Sie noch ein Foto auf."
        }
        Notice::SignedOut => "Sie sind abgemeldet.",
        Notice::SignedOutHere => {
            "Sie sind in diesem Browser abgemeldet. Den Dienst konnten wir nicht erreichen, um die Sitzung auch dort zu beenden."
        }
        Notice::SessionEnded => "Ihre Sitzung ist beendet. Bitte melden Sie sich neu an.",
        Notice::PhotoUpdated => "Ihr neues Foto gilt. Auf anderen Geräten sind Sie abgemeldet.",
        Notice::PhotoKept => "Ihr altes Foto bleibt.",
        Notice::Reason(_) | Notice::Failure(_) => "",
    }
}

pub(super) fn camera(problem: CameraProblem) -> &'static str {
    match problem {
        CameraProblem::Denied => {
            "Die Kamera ist für diese Seite gesperrt. Erlauben Sie sie in den Einstellungen Ihres Browsers (Symbol neben der Adresse) oder verwenden Sie eine Fotodatei."
        }
        CameraProblem::None => {
            "Es wurde keine Kamera gefunden. Schließen Sie eine an oder verwenden Sie eine Fotodatei."
        }
        CameraProblem::Busy => {
            "Die Kamera wird von einem anderen Programm oder Tab verwendet. Schließen Sie es und versuchen Sie es noch einmal oder verwenden Sie eine Fotodatei."
        }
        CameraProblem::Insecure => {
            "Der Browser erlaubt hier keine Kamera. Öffnen Sie diese Seite über HTTPS in Safari, Chrome, Firefox oder Edge, nicht in einer anderen App, oder verwenden Sie eine Fotodatei."
        }
        CameraProblem::Stopped => {
            "Die Kamera hat aufgehört. Versuchen Sie es noch einmal oder verwenden Sie eine Fotodatei."
        }
        CameraProblem::Other => {
            "Die Kamera startet nicht. Versuchen Sie es noch einmal oder verwenden Sie eine Fotodatei."
        }
    }
}

pub(super) fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Denied => {
            "Wir konnten Sie nicht anmelden. Wenn Ihr Konto noch nicht fertig eingerichtet ist oder Ihr Gesicht nicht erkannt wird, lassen Sie sich einen Code senden."
        }
        Ending::RanOut => "Die Zeit für die Anmeldung war um, bevor sie fertig war.",
        Ending::PageTooOld => {
            "Der Dienst fragt nach etwas, das diese Fassung der Seite nicht kennt. Bitte laden Sie die Seite neu."
        }
    }
}

pub(super) fn unusable(problem: SettingsProblem) -> &'static str {
    match problem {
        SettingsProblem::Unusable => {
            "Diese Seite ist nicht eingerichtet: Ihre Konfiguration fehlt oder ist unvollständig."
        }
        SettingsProblem::OtherVersion => {
            "Von dieser Seite gibt es eine neuere Fassung. Bitte laden Sie sie neu."
        }
    }
}
