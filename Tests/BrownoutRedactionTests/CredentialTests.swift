import BrownoutRedaction
import Testing

@Suite struct CredentialTests {
    @Test func aKeyInTextIsFound() {
        #expect("use sk-abcdefgh123".redacted == "use [redacted]")
    }
}
