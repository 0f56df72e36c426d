package drds.replication;

/** A stream of changes broke; it can be begun again where it was. */
final class StreamLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StreamLostException(String reason) {
        super(reason);
    }
}
