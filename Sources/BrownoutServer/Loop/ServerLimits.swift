/// What one client, and all of them together, may cost. What exceeds a limit is answered with an
/// error or closed, and the journal says which.
package struct ServerLimits: Sendable {
    /// Connections at a time; a further one is closed as soon as it is accepted. Where the system
    /// grants the process fewer descriptors than that takes, as many as ``Descriptors`` leaves.
    package var connections = 16_384
    /// Streams of an HTTP/2 connection at a time, as its SETTINGS say. A further one is refused
    /// with RST_STREAM; the others go on.
    package var streams = 100
    /// What costs and brings no request, on one HTTP/2 connection: PING, SETTINGS and PRIORITY
    /// frames, and streams that the client resets or opens wrongly. With more of them in so long
    /// a time the connection ends with GOAWAY.
    package var controlFrames = (count: 1000, time: Duration.seconds(10))
    /// The streams of an HTTP/2 connection that its client may reset within a time; beyond them it is
    /// closed (CVE-2023-44487).
    package var resetStreams = (count: 1000, time: Duration.seconds(10))
    /// Bytes of one request head, and the number of its fields.
    package var headBytes = 64 * 1024
    /// The most fields that the head of a request may have.
    package var headFields = 128
    /// Bytes of one request body. Anthropic takes 32 MB (wire facts, 413 request_too_large).
    /// Holds for the bytes as they come, and again for what comes out of each of a body's codings:
    /// a decoder stops there, and no more is ever allocated.
    package var bodyBytes = 32 * 1024 * 1024
    /// Bytes of all bodies that are being received at a time: as they are after decoding, and
    /// what their decoders hold (about 40 KiB for gzip and deflate, up to 8 MiB for zstd, whose
    /// window the client chooses).
    package var bodyBytesInFlight = 512 * 1024 * 1024
    /// Bytes of an upstream's answer that are kept until it is whole, where a fault needs it so.
    package var answerBytes = 64 * 1024 * 1024
    /// Bytes of an upstream's answer that is recorded; a longer one is passed on and not recorded.
    /// Its secrets are found in it as a whole, so it is in memory a few times before it is written.
    package var recordedBytes = 16 * 1024 * 1024
    /// The same of all answers that are in progress or not written yet.
    package var answerBytesInFlight = 512 * 1024 * 1024
    /// Bytes that all answers in progress hold until their clients take them: a plain body until
    /// its last byte has left, what was written and nobody reads, and ``answerCost`` for each. With
    /// more, a request is answered with the provider's own 503.
    package var heldBytes = 512 * 1024 * 1024
    /// The part of it that no answer of more than ``largeAnswer`` may make full, so that small
    /// answers still find room when nobody reads large ones.
    package var heldBytesWithLarge = 384 * 1024 * 1024
    /// The same of the answers of one HTTP/2 connection; a further request waits until others of
    /// that connection have left.
    package var heldBytesOfConnection = 64 * 1024 * 1024
    /// What an answer in progress costs besides its bytes: what was decided, the reply, its place.
    package var answerCost = 24 * 1024
    /// An answer that takes so much is large: others on its loop go first before the next is made.
    package var largeAnswer = 256 * 1024
    /// When ``heldBytes`` are used up, an answer of which nothing has left for so long is given up.
    package var unreadTime = Duration.seconds(10)
    /// Codings of one body, one inside the other.
    package var contentCodings = 3
    /// Bytes that a connection decodes before it lets others on its loop go on; a millisecond or
    /// so of work.
    package var decodingStep = 512 * 1024
    /// Bytes of a body that are read, and answered, on the loop of their connection: a millisecond
    /// or so of work. A larger body is read by another thread, and others on its loop go first.
    package var bytesReadOnLoop = 256 * 1024
    /// From the first byte of a head to its last.
    package var headTime = Duration.seconds(10)
    /// From the acceptance of a connection to the end of its TLS handshake.
    package var handshakeTime = Duration.seconds(10)
    /// From the end of a head to the end of its body.
    package var bodyTime = Duration.seconds(60)
    /// Between requests of a connection, and before the first.
    package var idleTime = Duration.seconds(75)
    /// For a client that does not read: the time in which not one byte leaves.
    package var writeTime = Duration.seconds(120)
    /// How long a reset waits for the peer to acknowledge what was sent before it.
    package var drainTime = Duration.seconds(30)
    /// After our FIN, how long the peer may go on sending.
    package var lingerTime = Duration.seconds(2)
    /// How long a connection that plays dead is kept, if nobody stops the server before.
    package var halfOpenTime = Duration.seconds(600)
    /// How long answers in progress may go on when the server stops.
    package var graceTime = Duration.seconds(3)
    /// Bytes of each request and of each answer that the journal keeps.
    package var journalBodyBytes = 4 * 1024

    package init() {}
}
