//! Address ranges in CIDR notation: parsing, and the arithmetic of Terraform's `cidr*` functions.
//!
//! Numbers are unbounded on purpose: Terraform does this arithmetic on big integers, and what it
//! answers for a negative subnet number or a negative extension follows from that. Knows no values.

use num_bigint::BigInt;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Number of bits of an IPv4 address.
const IPV4: u32 = 32;
/// Number of bits of an IPv6 address.
const IPV6: u32 = 128;

/// A range of addresses: those that share the first `length` bits with `network`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// The lowest address.
    network: u128,
    /// Bits in an address: 32 or 128.
    bits: u32,
    /// Bits that all addresses share, at most `bits`.
    length: u32,
}

impl AddressRange {
    /// Reads `10.0.0.0/8` or `2001:db8::/32`; bits after the prefix are dropped. Leading zeros of an
    /// octet do not make it octal, as in Terraform (RFC 6943 tells why other readers refuse them).
    pub fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("`{text}` is not an address range; write it as `10.0.0.0/8` or `2001:db8::/32`.");
        let (address, length) = text.split_once('/').ok_or_else(invalid)?;
        let (address, bits) = match parse_ipv4(address) {
            Some(address) => (u128::from(address), IPV4),
            None => (address.parse::<Ipv6Addr>().ok().ok_or_else(invalid)?.to_bits(), IPV6),
        };
        let length = decimal(length).filter(|length| *length <= bits).ok_or_else(invalid)?;
        Ok(Self { network: address & !host_mask(bits - length), bits, length })
    }

    /// Whether addresses have 128 bits.
    pub fn is_ipv6(&self) -> bool {
        self.bits == IPV6
    }

    /// Whether it is a range of IPv4 addresses in the notation of IPv6.
    pub fn is_mapped(&self) -> bool {
        self.is_ipv6() && Ipv6Addr::from_bits(self.network).to_ipv4_mapped().is_some()
    }

    /// The mask of the prefix, as an address.
    pub fn netmask(&self) -> String {
        show(host_mask(self.bits) & !host_mask(self.bits - self.length), self.bits)
    }

    /// The address numbered `number`; negative numbers count from the last one back, `-1` being that.
    pub fn host(&self, number: &BigInt) -> Result<String, String> {
        let last = BigInt::from(host_mask(self.bits - self.length));
        let offset = if *number < BigInt::ZERO { &last + 1u8 + number } else { number.clone() };
        if offset < BigInt::ZERO || offset > last {
            return Err(format!("A prefix of {} bits has no host numbered {number}.", self.length));
        }
        let offset = u128::try_from(&offset).map_err(|_| "The host number is too large.".to_owned())?;
        Ok(show(self.network | offset, self.bits))
    }

    /// The range numbered `number` among those with a prefix `extension` bits longer.
    ///
    /// A negative extension makes the prefix shorter, and then any number is taken, as in Terraform.
    pub fn subnet(&self, extension: i64, number: &BigInt) -> Result<Self, String> {
        let length = i64::from(self.length) + extension;
        let length = u32::try_from(length).ok().filter(|length| *length <= self.bits).ok_or_else(|| {
            format!("A prefix of {} bits cannot be extended by {extension} to fit in {} bits.", self.length, self.bits)
        })?;
        // Terraform compares the low 64 bits of the magnitude, and does not limit it for 64 bits or more.
        let magnitude = low_64_bits(number);
        if (0..64).contains(&extension) && magnitude >= 1 << extension {
            return Err(format!("An extension of {extension} bits has no subnet numbered {number}."));
        }
        let joined = BigInt::from(self.network) | (number.clone() << (self.bits - length) as usize);
        let magnitude = if joined < BigInt::ZERO { -joined } else { joined };
        let network = u128::try_from(&magnitude)
            .ok()
            .filter(|network| *network <= host_mask(self.bits))
            .ok_or_else(|| format!("There is no subnet numbered {number}."))?;
        Ok(Self { network, bits: self.bits, length })
    }

    /// Consecutive ranges with prefixes longer by `extensions`, each at the next place that fits.
    ///
    /// A range that begins at the address zero has none: Terraform takes its start for an overflow.
    pub fn subnets(&self, extensions: &[i64]) -> Result<Vec<Self>, (usize, String)> {
        let mut next = (self.network != 0).then_some(self.network);
        let mut subnets = Vec::with_capacity(extensions.len());
        for (index, extension) in extensions.iter().enumerate() {
            let fail = |message: String| Err((index, message));
            if !(1..=32).contains(extension) {
                return fail(format!("A prefix is extended by 1 to 32 bits, not by {extension}."));
            }
            let length = self.length + u32::try_from(*extension).unwrap_or(u32::MAX / 2);
            if length > self.bits {
                return fail(format!("A prefix of {length} bits is too long for an address of {} bits.", self.bits));
            }
            let size = host_mask(self.bits - length);
            let start = next.and_then(|next| next.checked_add(size)).map(|next| next & !size);
            let Some(start) = start.filter(|start| self.holds(*start)) else {
                return fail(format!("There is no room left for a subnet with a prefix of {length} bits."));
            };
            subnets.push(Self { network: start, bits: self.bits, length });
            next = start.checked_add(size).and_then(|last| last.checked_add(1));
        }
        Ok(subnets)
    }

    /// Whether all addresses of `other` lie in this range.
    pub fn contains(&self, other: &Self) -> bool {
        self.bits == other.bits && self.length <= other.length && self.holds(other.network)
    }

    /// Reads one address, as a range of its own.
    pub fn parse_address(text: &str) -> Result<Self, String> {
        let (network, bits) = match parse_ipv4(text) {
            Some(address) => (u128::from(address), IPV4),
            None => (text.parse::<Ipv6Addr>().map_err(|_| format!("`{text}` is not an address."))?.to_bits(), IPV6),
        };
        Ok(Self { network, bits, length: bits })
    }

    fn holds(&self, address: u128) -> bool {
        address <= host_mask(self.bits) && address & !host_mask(self.bits - self.length) == self.network
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = show(self.network, self.bits);
        // An IPv4 address in IPv6 notation is printed as the former, with the length that belongs to it.
        let mapped = self.is_ipv6() && Ipv6Addr::from_bits(self.network).to_ipv4_mapped().is_some();
        let length = if mapped { self.length.saturating_sub(IPV6 - IPV4) } else { self.length };
        write!(f, "{address}/{length}")
    }
}

/// All ones in the last `bits` bits.
fn host_mask(bits: u32) -> u128 {
    if bits == 0 { 0 } else { u128::MAX >> (u128::BITS - bits) }
}

/// The text of an address of 32 or 128 bits.
fn show(address: u128, bits: u32) -> String {
    if bits == IPV4 {
        return Ipv4Addr::from_bits(address as u32).to_string();
    }
    let address = Ipv6Addr::from_bits(address);
    address.to_ipv4_mapped().map_or_else(|| address.to_string(), |mapped| mapped.to_string())
}

/// The low 64 bits of the magnitude.
fn low_64_bits(number: &BigInt) -> u64 {
    number.iter_u64_digits().next().unwrap_or(0)
}

/// Four decimal octets; leading zeros are allowed.
fn parse_ipv4(text: &str) -> Option<u32> {
    let mut address = 0;
    let mut count = 0;
    for octet in text.split('.') {
        address = address << 8 | decimal(octet).filter(|octet| *octet <= 255)?;
        count += 1;
        if count > 4 {
            return None;
        }
    }
    (count == 4).then_some(address)
}

/// Decimal digits and nothing else.
fn decimal(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
