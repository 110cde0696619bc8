import Glibc
import StrataDisk

/// Standard output, byte for byte. What is gathered goes out with `flush`, or when it has grown to 64 KiB.
final class ByteOutput {
    private var gathered: [UInt8] = []
    private var failure: StorageError?

    func write(_ bytes: [UInt8]) {
        gathered += bytes
        drainIfLarge()
    }

    func write(_ text: String) {
        gathered += text.utf8
        drainIfLarge()
    }

    func write(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { gathered.append(contentsOf: $0) }
        drainIfLarge()
    }

    func line(_ text: String = "") {
        gathered += text.utf8
        gathered.append(UInt8(ascii: "\n"))
        drainIfLarge()
    }

    /// Throws what the first write that failed met.
    func flush() throws(StorageError) {
        drain()
        if let failure { throw failure }
    }

    private func drainIfLarge() { if gathered.count >= 64 << 10 { drain() } }

    private func drain() {
        gathered.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty, failure == nil {
                let written = Glibc.write(STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written >= 0 {
                    rest = rest.dropFirst(written)
                } else if errno != EINTR {
                    failure = StorageError(kind: .io(call: "write", errno: errno), file: "standard output")
                }
            }
        }
        gathered.removeAll(keepingCapacity: true)
    }
}
