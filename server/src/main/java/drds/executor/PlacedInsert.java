package drds.executor;

import java.util.List;

/**
 * An INSERT or REPLACE whose rows have been put where they belong: statements that instances take as they are.
 *
 * @param statements those of one partition in the rows' order
 * @param rows how many rows the statement has
 * @param ids where the AUTO_INCREMENT values come from
 * @param firstGenerated the first number that DRDS took from the sequence, 0 if it took none
 * @param lastGiven the last number that a row gave itself, 0 if none did or nobody knows
 * @param asksTime whether the time is among the values
 */
public record PlacedInsert(
        List<Statement> statements, long rows, Ids ids, long firstGenerated, long lastGiven, boolean asksTime) {
    /** One statement for one Group. @param sql in UTF-8 @param rows which of all rows it has, from 1; empty if it counts them as they are */
    public record Statement(String group, byte[] sql, int[] rows) {
        /** A statement with all rows. */
        public Statement(String group, byte[] sql) {
            this(group, sql, new int[0]);
        }
    }

    /** What LAST_INSERT_ID() gives from now on. */
    public enum Ids {
        /** What the instance says: it generated the numbers. */
        OF_INSTANCE,
        /** What it gave before, unless DRDS took numbers. */
        OWN
    }
}
