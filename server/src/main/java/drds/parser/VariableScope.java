package drds.parser;

/** Where a system variable is looked up or set. */
public enum VariableScope {
    GLOBAL,
    /** SESSION and LOCAL. */
    SESSION,
    PERSIST,
    PERSIST_ONLY
}
