import StrataDisk

package struct BTreeOptions: Sendable {
    /// Of a new tree: 4,096 to 65,536, a power of two. An existing tree keeps its own.
    package var pageBytes = 4096
    /// Memory for cached pages. Exceeded only by what the running writer, standing cursors and reads under way hold.
    package var cacheBytes = 256 << 20
    /// The file grows by steps of this many bytes, reserved before they are needed.
    package var growthBytes = 16 << 20
    package var method: SyncMethod = .fdatasync
    /// False: nothing is synced. A killed process loses nothing, a power cut may lose the tree. For measuring, and for
    /// what can be made again.
    package var sync = true

    /// Of a new tree's identity; nil draws one.
    package var seed: UInt64?

    package init() {}
}
