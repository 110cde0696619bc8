import StrataBTree
import StrataCodec
import StrataDisk
import StrataSim
import Testing

/// Protocols that look right and are not: the sweeps that pass the tree catch each.
@Suite struct TreeBrokenVariantTests {
    private func expectCaught(
        _ story: TreeStory, _ name: String, isWeak: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        story.drop()
        var sweep = TreeSweep()
        sweep.isWeak = isWeak
        let outcome = sweep.run(story)
        #expect(!outcome.violations.isEmpty, "\(name) went unnoticed", sourceLocation: sourceLocation)
        print("caught, \(name): \(outcome.violations.first?.split(separator: "\n").first ?? "")")
    }

    @Test(arguments: [TreeCrashTests.Plot.creating, .growing, .overflowing])
    func aMetaThatIsWrittenBeforeItsPagesAreDurable(_ plot: TreeCrashTests.Plot) throws {
        let story = try TreeCrashTests.tell(plot) { disk in
            TreeWrappedDisk(disk) { call, name in call == .sync && name == TreeRot.file ? .leaveOut : .pass }
        }
        expectCaught(story, "meta before data")
    }

    @Test(arguments: [TreeCrashTests.Plot.creating, .reusing])
    func acknowledgingBeforeTheMetaIsDurable(_ plot: TreeCrashTests.Plot) throws {
        let story = try TreeCrashTests.tell(plot) { disk in
            TreeWrappedDisk(disk) { call, _ in call == .writeAndSync ? .leaveOut : .pass }
        }
        expectCaught(story, "acknowledged before the meta is durable")
    }

    /// Commits may be lost here; but the one that is found has lost pages to the next one.
    @Test func pagesThatAreReusedBeforeTheCommitThatFreedThemIsDurable() throws {
        let story = try TreeCrashTests.tell(.reusing) { disk in
            TreeWrappedDisk(disk) { call, _ in call == .writeAndSync ? .leaveOut : .pass }
        }
        expectCaught(story, "free pages reused too early", isWeak: true)
    }

    @Test(arguments: [TreeCrashTests.Plot.creating, .copying, .compacting, .loading])
    func namesThatAreNotSynced(_ plot: TreeCrashTests.Plot) throws {
        let story = try TreeCrashTests.tell(plot) { disk in
            TreeWrappedDisk(disk) { call, _ in call == .syncDirectory ? .leaveOut : .pass }
        }
        expectCaught(story, "no directory sync")
    }

    @Test(arguments: [TreeCrashTests.Plot.copying, .compacting, .loading])
    func filesThatAreNamedBeforeTheyAreSynced(_ plot: TreeCrashTests.Plot) throws {
        let story = try TreeCrashTests.tell(plot) { disk in
            TreeWrappedDisk(disk) { call, name in
                (call == .sync || call == .writeAndSync) && name.hasSuffix(".new") ? .leaveOut : .pass
            }
        }
        expectCaught(story, "renamed before it was synced")
    }

    @Test func aSingleMetaPage() throws {
        let (_, violation) = try TreeRotTests.rottenMetas(.reusing) { disk in
            TreeWrappedDisk(disk, bend: .init(place: { offset, size in offset == 4096 && size == 512 ? 0 : offset }))
        }
        #expect(violation != nil, "a single meta page went unnoticed")
    }

    @Test func checksumsThatAreNotVerified() throws {
        var rot = try TreeRot()
        rot.wrap = { disk in
            TreeWrappedDisk(
                disk,
                bend: .init(afterRead: { bytes, offset in
                    guard offset >= 8192, bytes.count > 512 else { return }
                    let crc = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[4...]).bytes)
                    bytes.storeBytes(of: crc.littleEndian, as: UInt32.self)
                }))
        }
        #expect(rot.rotEverywhere().violation != nil, "checksums that are not verified went unnoticed")
    }
}
