use super::{Activation, Conv, Depthwise, Padding, activate, halve, max_pool, span};
use crate::tensor::Tensor;

fn counting(height: usize, width: usize) -> Tensor {
    let data = (0..height * width)
        .map(|value| f32::from(u8::try_from(value).unwrap()))
        .collect();
    Tensor {
        height,
        width,
        channels: 1,
        data,
    }
}

fn summing(stride: usize, padding: Padding) -> Conv {
    Conv {
        kernel: 3,
        stride,
        padding,
        weights: vec![1.0; 9],
        bias: vec![0.5],
    }
}

#[test]
fn padding_follows_tensorflow() {
    for (size, kernel, stride, padding, want) in [
        (512, 3, 2, Padding::Same, (256, 0)),
        (5, 3, 2, Padding::Same, (3, 1)),
        (7, 3, 1, Padding::Same, (7, 1)),
        (13, 2, 1, Padding::Same, (13, 0)),
        (150, 7, 2, Padding::Valid, (72, 0)),
    ] {
        let span = span(size, kernel, stride, padding);
        assert_eq!(
            (span.out, span.before),
            want,
            "{size} {kernel} {stride} {padding:?}"
        );
    }
}

#[test]
fn convolution_sums_its_window() {
    let valid = summing(1, Padding::Valid).apply(&counting(3, 3), Activation::Linear);
    assert_eq!(valid.data, [36.5]);
    let same = summing(1, Padding::Same).apply(&counting(3, 3), Activation::Linear);
    assert_eq!(
        (same.data[0], same.data[4], same.data[8]),
        (8.5, 36.5, 24.5)
    );
    // Even size, stride 2: padded only after, so the first window starts at the first pixel.
    let strided = summing(2, Padding::Same).apply(&counting(4, 4), Activation::Linear);
    assert_eq!(strided.data[..1], [45.5]);
}

#[test]
fn depthwise_keeps_channels_apart() {
    let input = Tensor {
        height: 1,
        width: 1,
        channels: 2,
        data: vec![3.0, 5.0],
    };
    let mut weights = vec![0.0; 18];
    (weights[8], weights[9]) = (2.0, 10.0);
    assert_eq!(
        Depthwise { stride: 1, weights }.apply(&input).data,
        [6.0, 50.0]
    );
}

#[test]
fn pools() {
    assert_eq!(
        max_pool(&counting(3, 3), 2, 2, Padding::Same).data,
        [4.0, 5.0, 7.0, 8.0]
    );
    let mut negative = counting(2, 2);
    negative.data.iter_mut().for_each(|value| *value -= 10.0);
    assert_eq!(
        max_pool(&negative, 2, 1, Padding::Same).data,
        [-7.0, -7.0, -7.0, -7.0],
        "the border never wins"
    );
    assert_eq!(halve(&counting(3, 3)).data, [2.0]);
}

#[test]
fn activations() {
    for (activation, want) in [
        (Activation::Linear, [-2.0, 3.0, 9.0]),
        (Activation::Relu, [0.0, 3.0, 9.0]),
        (Activation::Relu6, [0.0, 3.0, 6.0]),
        (Activation::Leaky, [-0.2, 3.0, 9.0]),
    ] {
        let mut values = [-2.0, 3.0, 9.0];
        activate(&mut values, activation);
        let close = values
            .iter()
            .zip(want)
            .all(|(got, want)| (got - want).abs() < 1e-6);
        assert!(close, "{activation:?}: {values:?}");
    }
}
