/// How often a test repeats a random step: `count` times in a release build, a twentieth of it (but at least once) in a debug
/// build, whose loops run some hundred times slower and which is there for its asserts.
package func rounds(_ count: Int) -> Int {
    #if DEBUG
        max(1, count / 20)
    #else
        count
    #endif
}
