/// What calls cost in simulated time. One queue: calls add up.
///
/// The presets are model parameters, chosen for the order of magnitude of their class of device, and not measurements
/// of any product: a flush takes 0.02 ms where a battery or capacitors back the cache, 0.5 ms where it is written to
/// flash, and 8 ms, one turn of a disk at 7,200 rpm, where it is magnetic.
package struct DeviceModel: Sendable, Equatable {
    /// Of every call, without the device: into the kernel and back.
    package var callNanoseconds: Double = 1_000
    /// Of a byte between the caller's memory and the page cache: 0.1 is 10 GB/s.
    package var copyNanosecondsPerByte: Double = 0.1
    /// Of a byte between the page cache and the device.
    package var transferNanosecondsPerByte: Double
    /// Of making the device write its cache out, on every sync.
    package var flushNanoseconds: Double

    package init(transferNanosecondsPerByte: Double, flushNanoseconds: Double) {
        self.transferNanosecondsPerByte = transferNanosecondsPerByte
        self.flushNanoseconds = flushNanoseconds
    }

    /// 2 GB/s, 0.02 ms.
    package static let batteryBackedNVMe = DeviceModel(transferNanosecondsPerByte: 0.5, flushNanoseconds: 20_000)
    /// 500 MB/s, 0.5 ms.
    package static let consumerSSD = DeviceModel(transferNanosecondsPerByte: 2, flushNanoseconds: 500_000)
    /// 150 MB/s, 8 ms.
    package static let hardDisk = DeviceModel(transferNanosecondsPerByte: 6.7, flushNanoseconds: 8_000_000)

    func copy(_ count: Int) -> Double { callNanoseconds + Double(count) * copyNanosecondsPerByte }

    func sync(dirty count: Int) -> Double {
        callNanoseconds + Double(count) * transferNanosecondsPerByte + flushNanoseconds
    }
}
