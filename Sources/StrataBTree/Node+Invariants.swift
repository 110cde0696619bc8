extension Node {
    /// In debug builds: all that the format promises of a leaf or branch, before it is written.
    func checkInvariants(pageBytes: Int, pages: UInt32) {
        assert(brokenInvariant(pageBytes: pageBytes, pages: pages) == nil)
    }

    /// The first rule of `PageFormat` that the page breaks, the order of its keys included; nil is as it should be.
    private func brokenInvariant(pageBytes: Int, pages: UInt32) -> String? {
        guard kind != PageFormat.Kind.freeList.rawValue else { return nil }
        if let flaw = structuralFlaw(page: page, pageBytes: pageBytes, pages: pages) {
            return "\(flaw.field) is \(flaw.found), not \(flaw.expected)"
        }
        for index in firstKeyed..<count {
            let key = key(index)
            if head(index) != key.head(after: prefix) { return "head \(index) is not its key's" }
            guard index > firstKeyed else { continue }
            if self.key(index - 1).order(key) >= 0 { return "key \(index) is not greater than the one before" }
            if self.key(index - 1).commonPrefix(key) < prefix { return "key \(index) does not share the prefix" }
        }
        return nil
    }
}
