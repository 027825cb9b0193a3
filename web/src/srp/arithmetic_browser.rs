//! Natural numbers through the browser's `BigInt`, which costs the page no code. The native twin, with the same functions, is what the tests use.

use js_sys::{BigInt, JsString};
use wasm_bindgen::JsValue;

use crate::hex;

/// A natural number of any size.
pub(super) struct Natural(BigInt);

impl Natural {
    pub(super) fn from_u32(number: u32) -> Self {
        Self(BigInt::from(number))
    }

    pub(super) fn from_bytes(big_endian: &[u8]) -> Self {
        Self::from_hex(&hex::encode(big_endian)).expect("made of hexadecimal digits")
    }

    pub(super) fn from_hex(hex: &str) -> Option<Self> {
        BigInt::new(&JsValue::from_str(&format!("0x{hex}")))
            .ok()
            .map(Self)
    }

    pub(super) fn to_hex(&self) -> String {
        self.0
            .to_string(16)
            .map(|text: JsString| String::from(text))
            .unwrap_or_default()
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// `self mod modulus`
    pub(super) fn rest(&self, modulus: &Self) -> Self {
        Self(&self.0 % &modulus.0)
    }

    /// `self ^ exponent mod modulus`, by squaring from the exponent's first digit on.
    pub(super) fn power(&self, exponent: &Self, modulus: &Self) -> Self {
        let n = &modulus.0;
        let base = &self.0 % n;
        let mut result = BigInt::from(1);
        for digit in exponent.to_hex().bytes() {
            let digit = super::digit(digit);
            for bit in [8, 4, 2, 1] {
                result = &(&result * &result) % n;
                if digit & bit != 0 {
                    result = &(&result * &base) % n;
                }
            }
        }
        Self(result)
    }

    /// `self + a · b`
    pub(super) fn plus_product(&self, a: &Self, b: &Self) -> Self {
        Self(&self.0 + &(&a.0 * &b.0))
    }

    /// `self - a · b mod modulus`, never negative.
    pub(super) fn minus_product(&self, a: &Self, b: &Self, modulus: &Self) -> Self {
        let n = &modulus.0;
        let product = &(&a.0 * &b.0) % n;
        Self(&(&(&(&self.0 % n) + n) - &product) % n)
    }
}
