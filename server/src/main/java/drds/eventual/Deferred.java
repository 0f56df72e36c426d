package drds.eventual;

/**
 * A statement that is to be run after the commit that brought it.
 *
 * @param group in whose outbox it is
 * @param id its number, and its place in the order
 * @param statement in the character set that the context names
 */
public record Deferred(String group, long id, Context context, byte[] statement) {}
