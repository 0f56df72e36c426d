package drds.atom;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ErrPacket;
import drds.mysql.PacketChannel;
import drds.mysql.ServerStatus;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The commands that went to an instance and the answers that are to come: these come in the order of those. */
final class Pipeline {
    /**
     * An answer that is to come.
     *
     * @param change the text of a state change, null for a statement of the caller's
     * @param sequence the number of its first packet: 1 unless the command took several packets
     */
    private record Expected(@Nullable String change, int sequence) {
        static final Expected STATEMENT = new Expected(null, 1);
    }

    private final PacketChannel channel;
    private final String instance;
    private final ArrayDeque<Expected> expected = new ArrayDeque<>();

    private int status = ServerStatus.AUTOCOMMIT;
    private boolean moreResults;
    /** The sequence number that an answer that is being read has come to, while a command is written. */
    private int reading;
    /** The sequence number that follows the command sent last. */
    private int sent;

    private boolean broken;
    private Duration silence = Duration.ZERO;

    // What is told of the statements that are answered.
    private @Nullable StatementWatch watch;
    private String group = "";
    private final ArrayDeque<Object> texts = new ArrayDeque<>();
    private long sinceNanos;
    private long sinceBytes;
    private long rows;
    private boolean waited;

    /** @param instance its name, for messages */
    Pipeline(PacketChannel channel, String instance) {
        this.channel = channel;
        this.instance = instance;
    }

    // ---- commands ----

    /** Begins a command, whose rest the caller writes to the buffer; {@link #end} sends it. */
    ByteBuf begin(int command) {
        if (broken) {
            throw lost("the connection is broken");
        }
        reading = channel.sequence();
        channel.sequence(0);
        return channel.begin().writeByte(command);
    }

    void end() {
        try {
            channel.end();
            sent = channel.sequence();
            channel.sequence(reading);
        } catch (ConnectionLostException e) {
            throw lost(String.valueOf(e.getMessage()));
        }
    }

    void send(int command, byte[] text) {
        begin(command).writeBytes(text);
        end();
    }

    /** Sees to it that what was sent leaves before the thread does something else that takes long. */
    void flush() {
        try {
            channel.flush();
        } catch (ConnectionLostException e) {
            throw lost(String.valueOf(e.getMessage()));
        }
    }

    // ---- answers ----

    /** The command just sent is the caller's: it reads the answer. @param text the statement, for whoever watches */
    void expectAnswer(Object text) {
        if (watch != null) {
            if (texts.isEmpty()) {
                waited = true;
                beginAnswer(System.nanoTime());
            }
            texts.add(text);
        }
        expected.add(sent == 1 ? Expected.STATEMENT : new Expected(null, sent));
    }

    /** From now on somebody is told what is answered; null ends that. @param ofGroup the instance's Group */
    void watch(String ofGroup, @Nullable StatementWatch wanted) {
        group = ofGroup;
        watch = wanted;
        texts.clear();
    }

    private void beginAnswer(long nanos) {
        sinceNanos = nanos;
        sinceBytes = channel.received();
        rows = 0;
    }

    /** So many rows of the answer at hand have come. */
    void rowsCame(long count) {
        rows += count;
    }

    private void tell(StatementWatch told) {
        Object text = texts.poll();
        if (text != null) {
            long now = System.nanoTime();
            told.answered(group, instance, text, sinceNanos, now, rows, channel.received() - sinceBytes, waited);
            waited = false;
            beginAnswer(now);
        }
    }

    /** The command just sent changes the connection's state: its OK is read before the next answer. */
    void expectChange(String sql) {
        expected.add(new Expected(sql, sent));
    }

    /** Whether every answer has been read to its end. */
    boolean isEmpty() {
        return expected.isEmpty();
    }

    /** Whether an answer of the caller's is to come. */
    boolean awaitsAnswers() {
        return expected.stream().anyMatch(earlier -> earlier.change() == null);
    }

    /** Reads the answers to state changes that stand before the next statement's. */
    void settle() {
        flush();
        if (moreResults) {
            return;
        }
        for (Expected next; (next = expected.peek()) != null; expected.remove()) {
            channel.sequence(next.sequence());
            String sql = next.change();
            if (sql == null) {
                return;
            }
            checkChange(sql);
        }
        throw new IllegalStateException("no answer is outstanding");
    }

    private void checkChange(String sql) {
        ByteBuf payload = readPacket();
        try {
            if (payload.getUnsignedByte(payload.readerIndex()) == 0xff) {
                // The statement behind it ran, or will run, in a state that was not wanted.
                SqlError error = ErrPacket.read(payload);
                broken = true;
                throw ErrorCode.INSTANCE_LOST.with(
                        instance + " refused \"" + sql + "\": " + error.message() + "; the statement may have run");
            }
        } finally {
            payload.release();
        }
    }

    ByteBuf readPacket() {
        try {
            ByteBuf payload = channel.readPacket();
            if (payload == null) {
                throw lost("it closed the connection");
            }
            return payload;
        } catch (ConnectionLostException e) {
            throw lost(e);
        } catch (SqlError e) {
            throw malformed(e.message());
        }
    }

    /** Notes the end of an answer; more of the same statement's may follow, as the status says. */
    void answerEnded(int newStatus) {
        status = newStatus;
        moreResults = (newStatus & ServerStatus.MORE_RESULTS) != 0;
        if (!moreResults) {
            expected.poll();
            StatementWatch told = watch;
            if (told != null) {
                tell(told);
            }
        }
    }

    /** Notes the end of an answer that has no status of its own, an error: a transaction is taken to be still open. */
    void answerFailed() {
        answerEnded(status & ~ServerStatus.MORE_RESULTS);
    }

    /** Notes the end of an answer with all that followed it. */
    void answersEnded(int newStatus) {
        moreResults = false;
        answerEnded(newStatus);
    }

    /** The status flags at the end of the last answer. */
    int status() {
        return status;
    }

    // ---- failures ----

    boolean isBroken() {
        return broken;
    }

    /** Nothing more is to be sent. */
    void breakOff() {
        broken = true;
    }

    /** How long the instance may be silent; zero is for as long as it takes. */
    void limitSilence(Duration limit) {
        if (!limit.equals(silence)) {
            silence = limit;
            applySilence();
        }
    }

    void applySilence() {
        channel.connection().readTimeout(silence);
    }

    SqlError lost(ConnectionLostException e) {
        return lost(e.timeout(), String.valueOf(e.getMessage()));
    }

    SqlError lost(boolean timeout, String why) {
        return lost(timeout ? "no answer within " + silence.toMillis() + " ms, the limit of timeouts.answer" : why);
    }

    private SqlError lost(String why) {
        broken = true;
        return ErrorCode.INSTANCE_LOST.with("Lost connection to instance " + instance + " during query: " + why
                + "; a change may or may not have been made, a read can be retried");
    }

    SqlError malformed(String what) {
        broken = true;
        return ErrorCode.INSTANCE_LOST.with("instance " + instance + " " + what);
    }
}
