package drds.executor;

import drds.atom.Backend;
import drds.atom.ColumnMemory;
import drds.atom.Prepared;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.error.SqlError;
import drds.executor.merge.Row;
import drds.executor.merge.RowSource;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The answers to SELECTs that were sent to one connection one after the other: they come in the same order. */
final class Answers {
    /** So many rows that nobody wants are read rather than a connection dropped. */
    private static final int ROWS_READ_FOR_NOTHING = 2000;

    private static final int ROWS_BETWEEN_BREATHS = 16;

    private final Backend backend;
    private final List<String> statements;
    private final boolean binary;
    private final ByteBuf parameters;
    private final List<String> parts;
    private final int times;
    private final List<ColumnMemory> memories;
    private final List<Answer> answers = new ArrayList<>();
    private int current;
    /** How many of the statements have gone out, and so have an answer to read. */
    private int sent;

    private int warnings;

    /** Sends the statements; nothing is read yet. */
    Answers(Backend backend, List<String> statements, boolean binary) {
        this(backend, statements, statements, binary, Unpooled.EMPTY_BUFFER, List.of());
        send();
    }

    /**
     * Nothing is sent before {@link #send}, but what has to be prepared.
     *
     * @param parts the same, or what the only statement unites: it then repeats the parameters for each
     * @param parameters for statements with question marks; not owned
     * @param memories of the answers' columns, by the statements' places; may be fewer
     */
    Answers(
            Backend backend,
            List<String> statements,
            List<String> parts,
            boolean binary,
            ByteBuf parameters,
            List<ColumnMemory> memories) {
        this.backend = backend;
        this.statements = statements;
        this.binary = binary;
        this.parameters = parameters;
        this.parts = parts;
        this.times = parameters.isReadable() ? parts.size() / statements.size() : 1;
        this.memories = memories;
        for (int i = 0; i < statements.size(); i++) {
            answers.add(new Answer(i));
        }
        if (binary) {
            statements.forEach(backend::prepareAhead);
            backend.flush();
        }
    }

    Answers send() {
        if (binary) {
            List<Prepared> prepared = statements.stream().map(backend::prepare).toList();
            prepared.forEach(this::execute);
        } else {
            for (String statement : statements) {
                backend.sendQuery(statement);
                sent++;
            }
        }
        backend.flush();
        return this;
    }

    private void execute(Prepared statement) {
        if (times == 1) {
            backend.sendExecute(statement, parameters);
        } else {
            backend.sendExecute(statement, parameters, times);
        }
        sent++;
    }

    /** What each of the statements tells that were asked as one. */
    private List<List<Outcome.Diagnostic>> askedApart(LogicalNames names) {
        List<List<Outcome.Diagnostic>> all = new ArrayList<>();
        for (String part : parts) {
            askAgain(part);
            all.add(Warnings.of(backend, names));
        }
        return all;
    }

    private void askAgain(String statement) {
        if (binary) {
            backend.sendExecute(backend.prepare(statement), parameters);
        } else {
            backend.sendQuery(statement);
        }
        switch (backend.readResponse()) {
            case Response.Rows rows -> rows.rows().skip();
            case Response.Err err -> throw err.error();
            case Response.Ok ok -> throw new IllegalStateException("OK where rows were expected");
        }
    }

    List<Answer> all() {
        return answers;
    }

    Backend backend() {
        return backend;
    }

    int warnings() {
        return warnings;
    }

    /**
     * What SHOW WARNINGS says of each of the statements, once all have been read. An instance keeps only the last one's: those before
     * that had warnings are asked again for them.
     */
    List<List<Outcome.Diagnostic>> diagnostics(LogicalNames names) {
        if (parts.size() != statements.size()) {
            return askedApart(names);
        }
        List<Outcome.Diagnostic> last = answers.getLast().warnings() > 0 ? Warnings.of(backend, names) : List.of();
        List<List<Outcome.Diagnostic>> all = new ArrayList<>();
        for (Answer answer : answers.subList(0, answers.size() - 1)) {
            if (answer.warnings() > 0) {
                askAgain(statements.get(answer.index));
                all.add(Warnings.of(backend, names));
            } else {
                all.add(List.of());
            }
        }
        all.add(last);
        return all;
    }

    /**
     * Nothing more is wanted.
     *
     * @param keep whether the connection must stay good (a transaction's): then everything is read; otherwise a connection with
     *     much left to read is dropped
     */
    void close(boolean keep) {
        if (!backend.isOpen()) {
            return;
        }
        backend.settlePrepared();
        int budget = keep ? Integer.MAX_VALUE : ROWS_READ_FOR_NOTHING;
        while (current < sent) {
            Answer answer = answers.get(current);
            try {
                answer.open();
            } catch (SqlError e) {
                if (!backend.isOpen()) {
                    return;
                }
                continue; // nobody wants this answer, and it is over
            }
            ResultSet rows = answer.result();
            for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
                row.release();
                if (--budget < 0) {
                    backend.discard();
                    return;
                }
            }
            answer.end();
        }
    }

    /** As {@link #close}, after a failure that counts more than one of this. */
    void abandon(boolean keep) {
        try {
            close(keep);
        } catch (SqlError e) {
            // A connection that can't be used any more is dropped at its release.
        }
    }

    /** One of them; it can be read when those before it have been read whole. */
    final class Answer implements RowSource {
        private final int index;
        private @Nullable ResultSet opened;
        private boolean over;
        private int read;

        private Answer(int index) {
            this.index = index;
        }

        /** Waits for the columns. @throws drds.error.SqlError the instance's error */
        void open() {
            if (opened != null) {
                return;
            }
            if (index != current) {
                throw new IllegalStateException("an earlier answer has not been read");
            }
            switch (backend.readResponse(index < memories.size() ? memories.get(index) : null)) {
                case Response.Rows rows -> opened = rows.rows();
                case Response.Err err -> {
                    current++;
                    throw err.error();
                }
                case Response.Ok ok -> throw new IllegalStateException("OK where rows were expected");
            }
        }

        private int warnings() {
            ResultSet rows = opened;
            return rows == null ? 0 : rows.warnings();
        }

        private ResultSet result() {
            ResultSet rows = opened;
            if (rows == null) {
                throw new IllegalStateException("not open");
            }
            return rows;
        }

        private void end() {
            if (!over) {
                over = true;
                warnings += result().warnings();
                current++;
            }
        }

        @Override
        public List<ColumnDefinition> columns() {
            open();
            return result().columns();
        }

        @Override
        public @Nullable Row next() {
            ByteBuf payload = nextPayload();
            if (payload == null) {
                return null;
            }
            List<ColumnDefinition> columns = result().columns();
            return binary ? new Row.Binary(payload, columns) : new Row.Text(payload, columns.size());
        }

        /**
         * Passes its rows to a client as bytes.
         *
         * @param stop is asked now and then; once it is true, the rows behind the one at hand are left to be read
         * @return how many went
         */
        long relay(PacketChannel client, BooleanSupplier stop) {
            open();
            ResultSet result = result();
            long rows;
            try {
                rows = result.relay(client, stop);
            } catch (SqlError e) {
                if (result.ended() || !backend.isOpen()) {
                    over = true;
                    current++;
                }
                throw e;
            }
            if (result.ended()) {
                end();
            }
            return rows;
        }

        /** The next row as it came. */
        @Nullable
        ByteBuf nextPayload() {
            if (over) {
                return null;
            }
            open();
            if ((++read & ROWS_BETWEEN_BREATHS - 1) == 0) {
                backend.loop().breathe();
            }
            ResultSet rows = result();
            ByteBuf payload;
            try {
                payload = rows.next();
            } catch (RuntimeException e) {
                over = true;
                current++;
                throw e;
            }
            if (payload == null) {
                end();
                return null;
            }
            return payload;
        }

        @Override
        public void close() {}
    }
}
