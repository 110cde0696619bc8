import Foundation

/// Says on standard output why a test, or a part of one, has nothing to check on this machine; then the caller returns.
///
/// A printed line rather than a failed or silently passed test: `grep 'skipped:'` over a log lists what a machine could not
/// show.
package func skip(_ reason: String, test: String = #function) {
    let line = "skipped: \(test): \(reason)\n"
    FileHandle.standardOutput.write(Data(line.utf8))
}
