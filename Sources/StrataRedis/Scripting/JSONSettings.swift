/// Settings of the `cjson` table, with the defaults of lua-cjson 2.1.0.
struct JSONSettings {
    /// What encoding does with numbers that JSON cannot write.
    enum InvalidNumbers: Int {
        case refuse, write, null
    }
    var encodesInvalidNumbers = InvalidNumbers.refuse
    var decodesInvalidNumbers = true
    var encodeDepth = 1000
    var decodeDepth = 1000
    /// Significant digits.
    var precision = 14
    /// A list with gaps is written as an object where that is allowed; it counts as such if its largest index is above `sparseSafe` and above
    /// `sparseRatio` times its elements. Ratio 0: any list may have gaps.
    var convertsSparse = false
    var sparseRatio = 2
    var sparseSafe = 10
    var keepsBuffer = true
}
