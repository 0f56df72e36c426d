package drds.eventual;

import org.jspecify.annotations.Nullable;

/**
 * A message on its way out.
 *
 * @param group on whose instance it is
 * @param id its number, and its place in the order
 * @param key messages with equal ones keep their order; null for none
 */
public record Message(String group, long id, String topic, byte @Nullable [] key, byte @Nullable [] body) {}
