/// Up to which size values keep their compact encodings: the settings of Redis 7.0 by the same names, with its defaults.
package struct EncodingLimits: Sendable, Hashable {
    package var hashMaxListpackEntries = 512
    package var hashMaxListpackValue = 64
    package var setMaxIntsetEntries = 512
    package var zsetMaxListpackEntries = 128
    package var zsetMaxListpackValue = 64
    /// Negative: -1 to -5 are 4, 8, 16, 32, 64 KiB per node. Positive: entries per node.
    package var listMaxListpackSize = -2
    /// Nodes at either end that stay uncompressed; 0: none is compressed.
    package var listCompressDepth = 0
    package var streamNodeMaxBytes = 4096
    package var streamNodeMaxEntries = 100
    package var hllSparseMaxBytes = 3000
    package init() {}
}
