package drds.transaction;

/** A test throws it where DRDS dies: what was being done is forgotten. */
final class Forgotten extends RuntimeException {
    private static final long serialVersionUID = 1;
}
