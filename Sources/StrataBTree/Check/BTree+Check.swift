import StrataDisk

extension TreeSnapshot {
    /// Reads all pages of this commit from the file, past the cache, and compares them with one another: that each is whole and
    /// where it should be, keys are in order within pages and across them, and reachable and free pages are all pages, each
    /// once. Writes may go on meanwhile.
    ///
    /// - Parameters:
    ///   - problemLimit: how many problems are described; all are counted.
    ///   - largest: how many of the largest values are named.
    /// - Throws: `.io` where not even the file's size can be told. What else cannot be read is a problem of the survey.
    package func check(
        problemLimit: Int = 100, largest: Int = 0, clock: any MonotonicClock = SystemClock()
    ) throws(StorageError) -> TreeSurvey {
        try TreeSurveyor.survey(meta, of: cache.file, problemLimit: problemLimit, largest: largest, clock: clock)
    }
}

extension BTree {
    /// Checks the newest commit. See `TreeSnapshot.check`.
    package func check(problemLimit: Int = 100) throws(StorageError) -> TreeSurvey {
        try snapshot().check(problemLimit: problemLimit)
    }
}
