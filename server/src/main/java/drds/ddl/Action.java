package drds.ddl;

import drds.atom.SessionState;

/**
 * One statement on one Group's primary, and how to take it back.
 *
 * @param state the connection's while it runs
 */
record Action(String group, SessionState state, String sql, Undo undo) {
    /** DRDS's own statements: no mode of a session changes what they mean, and SHOW says every name with its schema. */
    static final SessionState PLAIN = SessionState.INITIAL
            .withDatabase("drds")
            .withVariable("sql_mode", "''")
            .withVariable("foreign_key_checks", "0");

    static Action plain(String group, String sql, Undo undo) {
        return new Action(group, PLAIN, sql, undo);
    }
}
