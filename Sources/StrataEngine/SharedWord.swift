import StrataDisk

/// A futex word that closures can share.
final class SharedWord: Sendable {
    let word = FutexWord()
}
