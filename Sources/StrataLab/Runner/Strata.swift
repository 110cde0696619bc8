/// The product as it names itself.
package enum Strata {
    package static let version = "0.1.0"
}
