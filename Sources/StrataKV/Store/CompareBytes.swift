import Glibc

/// Negative, 0 or positive, as `first` is before, equal to or behind `second` in byte order.
func compareBytes(_ first: RawSpan, _ second: RawSpan) -> Int {
    first.withUnsafeBytes { first in
        second.withUnsafeBytes { second in
            let common = min(first.count, second.count)
            if common > 0, let a = first.baseAddress, let b = second.baseAddress {
                let order = memcmp(a, b, common)
                if order != 0 { return Int(order) }
            }
            return first.count - second.count
        }
    }
}
