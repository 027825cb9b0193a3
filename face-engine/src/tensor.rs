//! The one array type of the nets: height × width × channels, channels innermost (NHWC with N = 1).

/// Activations or an RGB picture (0–255) as `f32`.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    pub(crate) data: Vec<f32>,
}

impl Tensor {
    pub(crate) fn zeros(height: usize, width: usize, channels: usize) -> Self {
        Self::filled(height, width, channels, 0.0)
    }

    pub(crate) fn filled(height: usize, width: usize, channels: usize, value: f32) -> Self {
        Self {
            height,
            width,
            channels,
            data: vec![value; height * width * channels],
        }
    }

    /// The channels of one position.
    pub(crate) fn pixel(&self, y: usize, x: usize) -> &[f32] {
        let start = (y * self.width + x) * self.channels;
        &self.data[start..start + self.channels]
    }

    pub(crate) fn pixel_mut(&mut self, y: usize, x: usize) -> &mut [f32] {
        let start = (y * self.width + x) * self.channels;
        &mut self.data[start..start + self.channels]
    }

    /// Left and right exchanged.
    pub(crate) fn mirrored(&self) -> Self {
        let mut mirrored = Self::zeros(self.height, self.width, self.channels);
        for y in 0..self.height {
            for x in 0..self.width {
                mirrored
                    .pixel_mut(y, x)
                    .copy_from_slice(self.pixel(y, self.width - 1 - x));
            }
        }
        mirrored
    }

    /// `(value - mean[channel]) / divisor` for each value.
    pub(crate) fn normalised(mut self, mean: [f32; 3], divisor: f32) -> Self {
        for pixel in self.data.as_chunks_mut::<3>().0 {
            for (value, mean) in pixel.iter_mut().zip(mean) {
                *value = (*value - mean) / divisor;
            }
        }
        self
    }

    /// Element-wise sum; both must have the same shape.
    pub(crate) fn plus(mut self, other: &Self) -> Self {
        debug_assert_eq!(
            (self.height, self.width, self.channels),
            (other.height, other.width, other.channels)
        );
        for (value, addend) in self.data.iter_mut().zip(&other.data) {
            *value += addend;
        }
        self
    }

    /// Mean of each channel over all positions.
    pub(crate) fn channel_means(&self) -> Vec<f32> {
        let mut sums = vec![0.0; self.channels];
        for pixel in self.data.chunks_exact(self.channels) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += value;
            }
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "at most a few hundred positions"
        )]
        let count = (self.height * self.width) as f32;
        for sum in &mut sums {
            *sum /= count;
        }
        sums
    }
}
