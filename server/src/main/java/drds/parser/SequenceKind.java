package drds.parser;

/** The kinds of sequences DRDS has. */
public enum SequenceKind {
    GROUP,
    SIMPLE,
    TIME,
    /** Simple, with values cached. */
    SIMPLE_WITH_CACHE
}
