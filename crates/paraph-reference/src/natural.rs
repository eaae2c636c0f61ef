//! Products of many numbers, compared exactly.

use std::cmp::Ordering;

/// A natural number of any size; limbs of 32 bits, the lowest first, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Natural {
    limbs: Vec<u32>,
}

impl Natural {
    pub(crate) fn product(factors: impl IntoIterator<Item = u128>) -> Natural {
        factors.into_iter().fold(Natural::from(1), |product, factor| product.times(&Natural::from(factor)))
    }

    fn times(&self, other: &Natural) -> Natural {
        let mut limbs = vec![0u32; self.limbs.len() + other.limbs.len()];
        for (i, &a) in self.limbs.iter().enumerate() {
            let mut carry = 0u64;
            for (j, &b) in other.limbs.iter().enumerate() {
                let sum = u64::from(a) * u64::from(b) + u64::from(limbs[i + j]) + carry;
                limbs[i + j] = sum as u32;
                carry = sum >> 32;
            }
            limbs[i + other.limbs.len()] = carry as u32;
        }
        Natural::trimmed(limbs)
    }

    fn trimmed(mut limbs: Vec<u32>) -> Natural {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Natural { limbs }
    }
}

impl From<u128> for Natural {
    fn from(value: u128) -> Natural {
        Natural::trimmed((0..4).map(|limb| (value >> (32 * limb)) as u32).collect())
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        self.limbs
            .len()
            .cmp(&other.limbs.len())
            .then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::Natural;

    #[test]
    fn products_agree_with_machine_arithmetic_where_it_reaches() {
        for a in [0u128, 1, 2, 0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_ffff_ffff] {
            for b in [0u128, 1, 3, 0xffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff] {
                assert_eq!(Natural::product([a, b]), Natural::from(a * b), "{a} times {b}");
            }
        }
    }

    #[test]
    fn products_beyond_128_bits_keep_their_order() {
        let large = u128::MAX;
        assert!(Natural::product([large, large]) > Natural::product([large, large - 1]));
        assert!(Natural::product([large, large]) < Natural::product([large, large, 2]));
        assert_eq!(Natural::product([large, 6, large]), Natural::product([3, large, 2, large]));
    }
}
