import BrownoutEngine
import BrownoutRecords
import BrownoutRedaction
import Foundation

extension RecordedRequest {
    /// The values that are secret by where they stand in the request.
    var credentials: [[UInt8]] {
        var values = headers.cookies
        for field in headers {
            let name = field.name.lowercased()
            switch name {
            case "authorization", "proxy-authorization":
                let (scheme, credentials) = field.value.schemeAndCredentials
                values.append(Array(credentials.utf8))
                if scheme.lowercased() == "basic " { values += Self.basic(credentials) }
            case "cookie", "set-cookie": break
            default:
                if Redactor.isSecret(name: name) { values.append(Array(field.value.utf8)) }
            }
        }
        for item in (query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1)
            if parts.count == 2, Redactor.isSecret(name: parts[0], inQuery: true) {
                values.append(Array(parts[1].utf8))
            }
        }
        return values
    }

    /// What `user:password` in base64 has in it (RFC 7617, 2).
    private static func basic(_ credentials: String) -> [[UInt8]] {
        guard let data = Data(base64Encoded: credentials),
            let colon = data.firstIndex(of: UInt8(ascii: ":"))
        else { return [] }
        return [Array(data), Array(data[data.index(after: colon)...])]
    }
}

extension [HeaderField] {
    /// The values of the cookies that the fields send or set.
    var cookies: [[UInt8]] {
        flatMap { field -> [[UInt8]] in
            let name = field.name.lowercased()
            guard name == "cookie" || name == "set-cookie" else { return [] }
            let pairs = field.value.split(separator: ";").prefix(name == "cookie" ? .max : 1)
            return pairs.compactMap { pair in
                pair.firstIndex(of: "=").map { [UInt8](pair[$0...].utf8.dropFirst()) }
            }
        }
    }
}

extension String {
    /// `Bearer ` and what follows it; a value without a scheme is all credentials.
    var schemeAndCredentials: (scheme: String, credentials: String) {
        guard let space = firstIndex(of: " ") else { return ("", self) }
        let end = index(after: space)
        return (String(self[..<end]), String(self[end...]))
    }
}
