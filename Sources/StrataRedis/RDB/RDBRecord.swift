import StrataRESP

/// One key of a dump, with copies of everything.
package struct RDBRecord: Sendable {
    package enum Content: Sendable, Equatable {
        case string([UInt8])
        case list([[UInt8]])
        case set([[UInt8]])
        case sortedSet([Scored])
        case hash([Field])
        case stream(Stream)
        case module(String)

        /// Elements, or nil for what has none.
        package var count: Int? {
            switch self {
            case .string, .module: nil
            case .list(let elements), .set(let elements): elements.count
            case .sortedSet(let members): members.count
            case .hash(let fields): fields.count
            case .stream(let stream): stream.entries.count
            }
        }
    }

    package struct Scored: Sendable, Equatable {
        package var member: [UInt8]
        package var score: Double
    }

    package struct Field: Sendable, Equatable {
        package var field: [UInt8]
        package var value: [UInt8]
        /// Milliseconds since 1970.
        package var expiry: UInt64?
    }

    package struct Stream: Sendable, Equatable {
        package struct Entry: Sendable, Equatable {
            package var id: StreamID
            package var words: [[UInt8]]
        }
        package struct Pending: Sendable, Equatable {
            package var id: StreamID
            package var deliveredAt: UInt64
            package var deliveries: UInt64
        }
        package struct Consumer: Sendable, Equatable {
            package var name: [UInt8]
            package var seenAt: UInt64
            package var activeAt: UInt64?
            package var owned: [StreamID] = []
        }
        package struct Group: Sendable, Equatable {
            package var name: [UInt8]
            package var last: StreamID
            package var entriesRead: Int64?
            package var pending: [Pending] = []
            package var consumers: [Consumer] = []
        }
        package var entries: [Entry] = []
        package var info: RDBStreamInfo?
        package var groups: [Group] = []
    }

    package var key: [UInt8]
    package var database: Int
    package var type: RDBType
    package var expiry: UInt64?
    package var idleSeconds: UInt64?
    package var frequency: UInt8?
    package var content: Content
}
