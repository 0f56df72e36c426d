package drds.parser;

import java.util.Locale;

/**
 * What of {@code sql_mode} changes how text is read.
 *
 * @param ansiQuotes {@code "x"} is an identifier
 * @param pipesAsConcat {@code ||} joins strings instead of being OR
 * @param noBackslashEscapes a backslash in a string is an ordinary character
 * @param highNotPrecedence {@code NOT a BETWEEN b AND c} is {@code (NOT a) BETWEEN b AND c}
 * @param ignoreSpace a function name may be followed by white space before its parenthesis
 */
public record ParserModes(
        boolean ansiQuotes,
        boolean pipesAsConcat,
        boolean noBackslashEscapes,
        boolean highNotPrecedence,
        boolean ignoreSpace) {

    public static final ParserModes DEFAULT = new ParserModes(false, false, false, false, false);

    /** The modes in a value of {@code sql_mode}: names separated by commas; names that don't matter here are skipped. */
    public static ParserModes of(String sqlMode) {
        boolean ansi = false;
        boolean pipes = false;
        boolean noBackslash = false;
        boolean highNot = false;
        boolean space = false;
        for (String mode : sqlMode.toUpperCase(Locale.ROOT).split(",")) {
            switch (mode.strip()) {
                case "ANSI_QUOTES" -> ansi = true;
                case "PIPES_AS_CONCAT" -> pipes = true;
                case "NO_BACKSLASH_ESCAPES" -> noBackslash = true;
                case "HIGH_NOT_PRECEDENCE" -> highNot = true;
                case "IGNORE_SPACE" -> space = true;
                case "ANSI", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL" -> {
                    ansi = true;
                    pipes = true;
                    space = true;
                }
                default -> {}
            }
        }
        return new ParserModes(ansi, pipes, noBackslash, highNot, space);
    }
}
