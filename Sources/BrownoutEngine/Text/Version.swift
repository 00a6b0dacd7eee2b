/// What this build calls itself.
package enum Version {
    /// The number of the release, as `--version`, the control port, metrics and recordings name it.
    package static let text = "0.1.0"
}
