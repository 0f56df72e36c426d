package drds.parser;

/**
 * A trigger: the text of CREATE TRIGGER, read with its body.
 *
 * @param source the text that all spans are of
 * @param event INSERT, UPDATE or DELETE
 */
public record StoredTrigger(
        String source, QualifiedName name, boolean before, String event, QualifiedName table, ProgramStatement body) {}
