package drds.ddl;

import java.util.List;

/**
 * What a definition statement answers.
 *
 * @param affectedRows as the OK packet has it
 * @param info the OK packet's text, such as {@code Records: 3  Duplicates: 0  Warnings: 0}
 */
public record DdlOutcome(long affectedRows, String info, List<Note> notes) {
    static final DdlOutcome DONE = new DdlOutcome(0, "", List.of());

    static DdlOutcome with(List<Note> notes) {
        return new DdlOutcome(0, "", List.copyOf(notes));
    }
}
