import ArgumentParser

/// Entries by number, as typed: "100..200", "100..", "..200" or "100".
struct EntryRange: ExpressibleByArgument, Equatable {
    let range: ClosedRange<UInt64>

    init?(argument: String) {
        guard let dots = argument.firstRange(of: "..") else {
            guard let index = UInt64(argument) else { return nil }
            range = index...index
            return
        }
        let (low, high) = (argument[..<dots.lowerBound], argument[dots.upperBound...])
        guard let first = low.isEmpty ? 1 : UInt64(low), let last = high.isEmpty ? .max : UInt64(high), first <= last
        else { return nil }
        range = first...last
    }
}
