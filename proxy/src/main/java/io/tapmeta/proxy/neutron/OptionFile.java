package io.tapmeta.proxy.neutron;

/**
 * A file of options, read but not understood.
 *
 * @param name the file as the operator knows it
 */
public record OptionFile(String name, byte[] text) {}
