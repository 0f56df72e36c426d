package drds.ddl;

/**
 * A warning or note of a statement.
 *
 * @param level Note or Warning, as SHOW WARNINGS says it
 */
public record Note(String level, int number, String text) {}
