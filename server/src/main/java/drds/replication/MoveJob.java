package drds.replication;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the move of a shard has come, as it lies in ZooKeeper.
 *
 * @param schema the shard, by the name of its physical schema
 * @param from the Group where it is now
 * @param to the Group to which it goes; once it was switched, the one that it came from
 * @param error why it stands still; empty while it goes on
 * @param position in the binary log of {@code from}: everything before it is in the copy (while it is copied: will be)
 * @param reach the copy is whole once this position is played
 * @param tables that were copied whole
 * @param table that is being copied
 * @param after its last key that was copied, null if none was
 * @param rows copied and played
 * @param estimate how many rows there are to copy
 * @param switches how often it was switched: an odd number means that it is where it was to go
 * @param stallMillis how long statements waited at the last switch
 */
public record MoveJob(
        long id,
        String database,
        String schema,
        String from,
        String to,
        Phase phase,
        boolean paused,
        String error,
        String position,
        String reach,
        List<String> tables,
        String table,
        @Nullable List<String> after,
        long rows,
        long bytes,
        long estimate,
        int switches,
        int attempts,
        long stallMillis,
        long startedMillis,
        long changedMillis) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** In their order. */
    public enum Phase {
        PREPARING,
        COPYING,
        FOLLOWING,
        VERIFYING,
        SWITCHING,
        /** It is where it was to go, and the place that it came from follows, for REVERSE. */
        SWITCHED,
        COMPLETING,
        CANCELLING,
        DONE,
        CANCELLED;

        public boolean isEnd() {
            return this == DONE || this == CANCELLED;
        }
    }

    static MoveJob begin(String database, String schema, String from, String to, long nowMillis) {
        return new MoveJob(
                0,
                database,
                schema,
                from,
                to,
                Phase.PREPARING,
                false,
                "",
                "",
                "",
                List.of(),
                "",
                null,
                0,
                0,
                0,
                0,
                0,
                0,
                nowMillis,
                nowMillis);
    }

    /** Where the tables are. */
    Place live() {
        return new Place(from, schema);
    }

    /** Where the copy is. */
    Place copy() {
        return new Place(to, hidden());
    }

    /** The Group from which it was to go. */
    public String origin() {
        return switches % 2 == 0 ? from : to;
    }

    /** The Group to which it was to go. */
    public String target() {
        return switches % 2 == 0 ? to : from;
    }

    /** The schema that holds the tables where they are not used. */
    String hidden() {
        return "drds_move_" + id;
    }

    MoveJob withId(long newId) {
        return change().id(newId).build();
    }

    MoveJob in(Phase next) {
        return change().phase(next).build();
    }

    MoveJob paused(boolean now) {
        return change().paused(now).build();
    }

    MoveJob stopped(String reason) {
        return change().error(reason).build();
    }

    MoveJob at(String newPosition) {
        return change().position(newPosition).build();
    }

    Change change() {
        return new Change(this);
    }

    byte[] json() {
        try {
            return MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static MoveJob read(byte[] bytes) {
        try {
            return MAPPER.readValue(new String(bytes, StandardCharsets.UTF_8), MoveJob.class);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("a job is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }

    /** A job with some parts changed. */
    static final class Change {
        private long id;
        private String from;
        private String to;
        private Phase phase;
        private boolean paused;
        private String error;
        private String position;
        private String reach;
        private List<String> tables;
        private String table;
        private @Nullable List<String> after;
        private long rows;
        private long bytes;
        private long estimate;
        private int switches;
        private int attempts;
        private long stallMillis;
        private final MoveJob job;

        private Change(MoveJob job) {
            this.job = job;
            id = job.id;
            from = job.from;
            to = job.to;
            phase = job.phase;
            paused = job.paused;
            error = job.error;
            position = job.position;
            reach = job.reach;
            tables = job.tables;
            table = job.table;
            after = job.after;
            rows = job.rows;
            bytes = job.bytes;
            estimate = job.estimate;
            switches = job.switches;
            attempts = job.attempts;
            stallMillis = job.stallMillis;
        }

        Change id(long value) {
            id = value;
            return this;
        }

        Change phase(Phase value) {
            phase = value;
            return this;
        }

        Change paused(boolean value) {
            paused = value;
            return this;
        }

        Change error(String value) {
            error = value;
            return this;
        }

        Change position(String value) {
            position = value;
            return this;
        }

        Change reach(String value) {
            reach = value;
            return this;
        }

        Change copied(List<String> done, String current, @Nullable List<String> key) {
            tables = List.copyOf(done);
            table = current;
            after = key;
            return this;
        }

        Change counted(long moreRows, long moreBytes) {
            rows += moreRows;
            bytes += moreBytes;
            return this;
        }

        Change estimate(long value) {
            estimate = value;
            return this;
        }

        Change attempts(int value) {
            attempts = value;
            return this;
        }

        /** The places change their parts. */
        Change switched(long stall) {
            String old = from;
            from = to;
            to = old;
            switches++;
            stallMillis = stall;
            attempts = 0;
            phase = Phase.SWITCHED;
            return this;
        }

        MoveJob build() {
            return new MoveJob(
                    id,
                    job.database,
                    job.schema,
                    from,
                    to,
                    phase,
                    paused,
                    error,
                    position,
                    reach,
                    tables,
                    table,
                    after,
                    rows,
                    bytes,
                    estimate,
                    switches,
                    attempts,
                    stallMillis,
                    job.startedMillis,
                    System.currentTimeMillis());
        }
    }
}
