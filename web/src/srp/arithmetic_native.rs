//! Natural numbers through `num-bigint`: what the native tests calculate with.

use num_bigint::BigUint;

/// A natural number of any size.
pub(super) struct Natural(BigUint);

impl Natural {
    pub(super) fn from_u32(number: u32) -> Self {
        Self(number.into())
    }

    pub(super) fn from_bytes(big_endian: &[u8]) -> Self {
        Self(BigUint::from_bytes_be(big_endian))
    }

    pub(super) fn from_hex(hex: &str) -> Option<Self> {
        BigUint::parse_bytes(hex.as_bytes(), 16).map(Self)
    }

    pub(super) fn to_hex(&self) -> String {
        self.0.to_str_radix(16)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0 == BigUint::ZERO
    }

    /// `self mod modulus`
    pub(super) fn rest(&self, modulus: &Self) -> Self {
        Self(&self.0 % &modulus.0)
    }

    /// `self ^ exponent mod modulus`
    pub(super) fn power(&self, exponent: &Self, modulus: &Self) -> Self {
        Self(self.0.modpow(&exponent.0, &modulus.0))
    }

    /// `self + a · b`
    pub(super) fn plus_product(&self, a: &Self, b: &Self) -> Self {
        Self(&self.0 + &a.0 * &b.0)
    }

    /// `self - a · b mod modulus`, never negative.
    pub(super) fn minus_product(&self, a: &Self, b: &Self, modulus: &Self) -> Self {
        let n = &modulus.0;
        Self((&self.0 % n + n - (&a.0 * &b.0) % n) % n)
    }
}
