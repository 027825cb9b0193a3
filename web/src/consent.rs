//! What a person agrees to before the first photo. The server stores the version together with the time.
//!
//! Whoever changes a text changes [`VERSION`] and the template's parameter `ConsentVersion` (a test compares the two).

use crate::words::Language;

/// The version of the texts below.
pub const VERSION: &str = "2026-11";

/// A heading and what is said under it.
pub type Paragraph = (&'static str, &'static str);

/// The text in the language of the page.
pub fn text(language: Language) -> &'static [Paragraph] {
    match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
    }
}

const ENGLISH: &[Paragraph] = &[
    (
        "What happens",
        "To recognise you, we compare photos of your face. That is biometric data, and we only use it if you agree. It serves to sign you in here, and nothing else.",
    ),
    (
        "What is stored, and where",
        "From your first photo, Amazon Rekognition computes a list of numbers that describes your face. These numbers, your e-mail address and the time of your consent are stored in this service's Amazon Web Services account. They are not a photo. Amazon processes the photos for the operator of this service; unless the operator has objected, Amazon may also use them to improve Rekognition.",
    ),
    (
        "For how long",
        "A selfie is deleted as soon as it has been compared, and after a day at the latest. Your first photo is deleted once the numbers are computed, unless the operator of this service has told you that it is kept. The numbers stay until you withdraw your consent or your account is deleted.",
    ),
    (
        "Where the photo comes from",
        "The camera only runs while you see its picture on this page. Nothing is sent before you take or choose a photo, and details such as the place where it was taken are removed first.",
    ),
    (
        "Changing your mind",
        "Agreeing is up to you, and you can withdraw it at any time with the operator of this service: your face data is then deleted. What was done before stays lawful.",
    ),
    (
        "If you'd rather not",
        "Then don't continue here: without a photo there is no account. Ask the operator of this service for another way to sign in.",
    ),
];

const GERMAN: &[Paragraph] = &[
    (
        "Worum es geht",
        "Um Sie zu erkennen, vergleichen wir Fotos Ihres Gesichts. Das sind biometrische Daten, und wir verwenden sie nur, wenn Sie zustimmen. Sie dienen allein dazu, Sie hier anzumelden.",
    ),
    (
        "Was gespeichert wird, und wo",
        "Aus Ihrem ersten Foto berechnet Amazon Rekognition eine Liste von Zahlen, die Ihr Gesicht beschreibt. Diese Zahlen, Ihre E-Mail-Adresse und der Zeitpunkt Ihrer Einwilligung liegen im Amazon-Web-Services-Konto dieses Dienstes. Sie sind kein Foto. Amazon verarbeitet die Fotos für den Betreiber dieses Dienstes; hat der Betreiber nicht widersprochen, darf Amazon sie auch verwenden, um Rekognition zu verbessern.",
    ),
    (
        "Wie lange",
        "Ein Selfie wird gelöscht, sobald es verglichen ist, spätestens nach einem Tag. Ihr erstes Foto wird gelöscht, wenn die Zahlen berechnet sind, außer der Betreiber dieses Dienstes hat Ihnen gesagt, dass es aufbewahrt wird. Die Zahlen bleiben, bis Sie die Einwilligung widerrufen oder Ihr Konto gelöscht wird.",
    ),
    (
        "Woher das Foto kommt",
        "Die Kamera läuft nur, solange Sie ihr Bild auf dieser Seite sehen. Bevor Sie ein Foto aufnehmen oder auswählen, wird nichts gesendet; Angaben wie der Aufnahmeort werden vorher entfernt.",
    ),
    (
        "Wenn Sie es sich anders überlegen",
        "Die Einwilligung ist freiwillig. Sie können sie jederzeit beim Betreiber dieses Dienstes widerrufen; Ihre Gesichtsdaten werden dann gelöscht. Was bis dahin geschah, bleibt rechtmäßig.",
    ),
    (
        "Wenn Sie das nicht möchten",
        "Dann machen Sie hier nicht weiter: Ohne Foto gibt es kein Konto. Fragen Sie den Betreiber dieses Dienstes nach einem anderen Weg, sich anzumelden.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_number_of_things() {
        assert_eq!(text(Language::English).len(), text(Language::German).len());
    }
}
